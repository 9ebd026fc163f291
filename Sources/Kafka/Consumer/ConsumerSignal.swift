/// What the consumer has to say besides records, in the order in which it happened.
package enum ConsumerSignal: Sendable, Equatable {
  /// These partitions may be read once `confirmAssigned` says from where. Often empty in a
  /// cooperative group, and has to be confirmed all the same.
  case assigned([TopicPartition])
  /// These partitions are to be given up: finish and commit, then `confirmRevoked`. When `lost`,
  /// another member may own them already: drop what is in flight, commit nothing, confirm at once.
  case revoked([TopicPartition], lost: Bool)
  /// Something went wrong; only a fatal error needs an answer, which is to close.
  case error(KafkaError)
  case log(KafkaLogLine)
  /// librdkafka's statistics as JSON, every `statistics.interval.ms`.
  case statistics(String)
  /// The outcome of a commit that the caller did not wait for.
  case offsetsCommitted(KafkaError?)
}
