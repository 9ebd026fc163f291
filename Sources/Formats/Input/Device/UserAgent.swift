/// What a user agent tells, and all that is remembered of it.
package struct UserAgent: Hashable, Sendable {
  /// Who sends such a user agent.
  package enum Visitor: Hashable, Sendable {
    /// Nothing says that it is not a person.
    case person
    /// A crawler, a monitor, a browser without a window.
    case robot
    /// A machine that fetches what a person may look at later, or sees a preview of.
    case prefetch
  }

  /// `nil` for robots, and for user agents that none of the known words is in.
  package let device: DeviceClass?
  package let visitor: Visitor

  /// Only what robots say of themselves counts. Libraries such as `python-requests` are no robots:
  /// shops send their orders with them.
  package init(_ text: UnsafeRawBufferPointer) {
    var words = UserAgentWords()
    words.find(in: text)
    visitor = words.contains(.prefetch) ? .prefetch : words.contains(.robot) ? .robot : .person
    device = visitor == .person ? DeviceClass(words) : nil
  }
}
