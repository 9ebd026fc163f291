/// What one poll of the records queue yields, per partition in the order in which it happened.
package enum Fetched: Sendable {
  case records(RecordBatch)
  /// Everything there was has been read; only with `enable.partition.eof`. Next to read is given.
  case endOfPartition(TopicPartition, next: Int64)
  /// The partition, or the client where none is named, could not be read; librdkafka goes on trying
  /// unless the error is fatal.
  case failed(TopicPartition?, KafkaError)
}
