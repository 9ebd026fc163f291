/// A topic to be created.
package struct NewTopic: Sendable, Equatable {
  package let name: String
  package let partitions: Int
  /// `nil` leaves it to the broker's default.
  package let replicationFactor: Int?
  /// Topic settings such as `cleanup.policy`; the broker rejects those it does not know.
  package let configuration: [String: String]

  package init(
    _ name: String, partitions: Int, replicationFactor: Int? = nil,
    configuration: [String: String] = [:]
  ) {
    self.name = name
    self.partitions = partitions
    self.replicationFactor = replicationFactor
    self.configuration = configuration
  }
}
