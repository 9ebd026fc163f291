/// The part of a consumer that any actor may use while another one polls it.
///
/// It keeps the client alive, not the membership: after the consumer has closed, calls throw or
/// answer with a membership that brokers refuse.
package struct ConsumerHandle: Sendable {
  let client: ClientHandle

  /// The membership as of now. Does not wait for the network.
  package func groupMetadata() throws(KafkaError) -> ConsumerGroupMetadata {
    try client.groupMetadata()
  }

  /// The group's committed offsets; partitions without one are absent. Blocks up to the timeout.
  package func committed(
    _ partitions: [TopicPartition], timeout: Duration
  ) throws(KafkaError) -> [TopicPartition: Int64] {
    try client.committed(partitions, timeout: timeout)
  }

  /// The first retained offset and the next one to be written. Blocks up to the timeout.
  package func watermarks(
    of partition: TopicPartition, timeout: Duration
  ) throws(KafkaError) -> (low: Int64, high: Int64) {
    try client.watermarks(of: partition, timeout: timeout)
  }

  /// The high watermark that the last fetch response carried, without asking anyone; `nil` before
  /// the first. For lag metrics.
  package func cachedHighWatermark(of partition: TopicPartition) -> Int64? {
    client.cachedHighWatermark(of: partition)
  }

  /// The number of partitions of one topic. Blocks up to the timeout.
  package func partitionCount(of topic: String, timeout: Duration) throws(KafkaError) -> Int {
    try client.partitionCount(of: topic, timeout: timeout)
  }
}
