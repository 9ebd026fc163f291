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

  /// Headers' names begin with this.
  private static let prefix = "__afterclick.errors."

  /// What a dead letter's headers say about the reason.
  package struct Words: Hashable, Sendable {
    package var stage = ""
    package var code = ""
    package var message = ""

    package init(_ headers: [(name: String, value: String)]) {
      for header in headers {
        switch header.name {
        case DeadLetter.prefix + "stage": stage = header.value
        case DeadLetter.prefix + "code": code = header.value
        case DeadLetter.prefix + "message": message = header.value
        default: break
        }
      }
    }
  }

  package var headers: [(name: String, value: String)] {
    [
      (DeadLetter.prefix + "topic", topic),
      (DeadLetter.prefix + "partition", String(partition)),
      (DeadLetter.prefix + "offset", String(offset)),
      (DeadLetter.prefix + "stage", stage),
      (DeadLetter.prefix + "code", code),
      (DeadLetter.prefix + "message", message),
    ]
  }
}
