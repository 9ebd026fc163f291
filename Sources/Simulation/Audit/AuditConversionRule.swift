package import Attribution

/// Says which events are conversions, and how they are credited.
package struct AuditConversionRule: Sendable {
  /// Where a value or a currency comes from.
  package enum Source: Sendable {
    case none
    case fixed(String)
    /// A JSON pointer.
    case pointer(String)
  }

  package struct Credits: Sendable {
    package var rule: String
    /// The first there was, and not the last before.
    package var isFirst: Bool
    package var within: TimeSpan

    package init(rule: String, isFirst: Bool, within: TimeSpan) {
      self.rule = rule
      self.isFirst = isFirst
      self.within = within
    }
  }

  package var name: String
  package var matches: @Sendable (AuditEvent) -> Bool
  package var value = Source.none
  package var currency = Source.none
  /// JSON pointer to what makes several reports one conversion.
  package var deduplicateBy: String?
  package var deduplicateWithin: TimeSpan?
  /// Sources, the best first: of several reports the fields of the best count.
  package var prefer: [String] = []
  /// JSON pointer to a report's source.
  package var reportedBy: String?
  /// The earlier conversion whose path is credited too.
  package var credits: Credits?
  package var path = AuditPathRules()
  /// Other paths beside it, by the names that the output gives them.
  package var windows: [(name: String, path: AuditPathRules)] = []
  package var models: [AuditModel] = [.lastTouch]

  /// Conversions that are the tracked event `event`.
  package init(name: String, event: String) {
    self.name = name
    matches = { $0.type == "track" && $0.name == event }
  }
}
