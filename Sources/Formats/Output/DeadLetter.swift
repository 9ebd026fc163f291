/// Where a record that could not be read came from and why, as headers of its dead letter.
///
/// The names have the form that Kafka Connect and KIP-1034 use.
package struct DeadLetter: Hashable, Sendable {
  package var topic: String
  package var partition: Int32
  package var offset: Int64
  /// The stage that could not go on with it: `intake` or `journeys`.
  package var stage: String
  /// A stable word for what is wrong: `invalid_json`.
  package var code: String
  /// A sentence for people, without content of the record.
  package var message: String

  package init(
    topic: String, partition: Int32, offset: Int64, stage: String, code: String, message: String
  ) {
    self.topic = topic
    self.partition = partition
    self.offset = offset
    self.stage = stage
    self.code = code
    self.message = message
  }

  package var headers: [(name: String, value: String)] {
    [
      ("__afterclick.errors.topic", topic),
      ("__afterclick.errors.partition", String(partition)),
      ("__afterclick.errors.offset", String(offset)),
      ("__afterclick.errors.stage", stage),
      ("__afterclick.errors.code", code),
      ("__afterclick.errors.message", message),
    ]
  }
}
