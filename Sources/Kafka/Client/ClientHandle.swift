import CRdKafka
import Synchronization

/// The last owner of an `rd_kafka_t`: whoever still needs the client alive holds one.
///
/// Record batches and group metadata may outlive their consumer, and librdkafka requires that every
/// message is returned before the client is destroyed: so the handle is shared by reference and the
/// client goes with the last of them.
@safe final class ClientHandle: @unchecked Sendable {
  // Safety: librdkafka's client functions may be called from any thread; the pointer never changes
  // and is valid until `deinit`.
  let pointer: OpaquePointer

  init(
    _ type: rd_kafka_type_t, _ configuration: consuming ClientConfiguration
  ) throws(KafkaError) {
    unsafe pointer = try configuration.makeClient(type)
  }

  /// Set while librdkafka would abort the process if the client were destroyed.
  ///
  /// Up to 2.2, destroying a consumer with the cooperative-sticky assignor fails an assertion after
  /// it has joined its group and before it has got its first assignment.
  let mustNotBeDestroyed = Atomic<Bool>(false)

  deinit {
    guard !mustNotBeDestroyed.load(ordering: .acquiring) else {
      // Leaves the group, and leaves its threads behind: this happens to a process that is stopped
      // while it starts, so what leaks does not add up.
      _ = unsafe rd_kafka_unsubscribe(pointer)
      return
    }
    // A consumer is closed before it gets here. One that was dropped without closing must neither
    // wait for rebalances that nobody answers any more nor announce that it leaves the group.
    unsafe rd_kafka_destroy_flags(pointer, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
  }

  /// The error that made this client unusable, if one has.
  var fatalError: KafkaError? {
    let result = unsafe withMessageBuffer { buffer in
      unsafe rd_kafka_fatal_error(pointer, buffer.baseAddress, buffer.count)
    }
    guard result.value != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
    return KafkaError(code: result.value, message: result.message, isFatal: true)
  }

  /// Blocks for a moment, before something is tried again.
  func wait(_ duration: Duration) {
    // Nobody else knows this queue, so nothing ever arrives on it.
    _ = EventQueue(for: self).poll(timeout: duration)
  }

  /// The same error, or the underlying one when it is the placeholder for a fatal error.
  func resolving(_ error: KafkaError) -> KafkaError {
    guard error.code == RD_KAFKA_RESP_ERR__FATAL.rawValue else { return error }
    return fatalError ?? error
  }

  /// The number of partitions of one topic; waits for a broker's answer.
  func partitionCount(of topic: String, timeout: Duration) throws(KafkaError) -> Int {
    // A local handle asks for one topic's metadata only: asking for all is a burden on big clusters.
    guard let handle = unsafe rd_kafka_topic_new(pointer, topic, nil) else {
      throw KafkaError(code: rd_kafka_last_error()).adding("topic \"\(topic)\"")
    }
    defer { unsafe rd_kafka_topic_destroy(handle) }
    var metadata: UnsafePointer<rd_kafka_metadata_t>?
    let code = unsafe rd_kafka_metadata(pointer, 0, handle, &metadata, timeout.milliseconds)
    try KafkaError.check(code, "metadata of topic \"\(topic)\"")
    guard let metadata = unsafe metadata else { return 0 }
    defer { unsafe rd_kafka_metadata_destroy(metadata) }
    guard unsafe metadata.pointee.topic_cnt == 1 else { return 0 }
    let entry = unsafe metadata.pointee.topics[0]
    try unsafe KafkaError.check(entry.err, "metadata of topic \"\(topic)\"")
    return unsafe Int(entry.partition_cnt)
  }

  /// The first retained offset and the next one to be written; asks the partition's leader.
  func watermarks(
    of partition: TopicPartition, timeout: Duration
  ) throws(KafkaError) -> (low: Int64, high: Int64) {
    var low: Int64 = 0
    var high: Int64 = 0
    let code = unsafe rd_kafka_query_watermark_offsets(
      pointer, partition.topic, partition.partition, &low, &high, timeout.milliseconds)
    try KafkaError.check(code, "watermarks of \(partition)")
    return (low, high)
  }

  /// The high watermark of the last fetch; `nil` before the first.
  func cachedHighWatermark(of partition: TopicPartition) -> Int64? {
    var low: Int64 = 0
    var high: Int64 = 0
    let code = unsafe rd_kafka_get_watermark_offsets(
      pointer, partition.topic, partition.partition, &low, &high)
    return code == RD_KAFKA_RESP_ERR_NO_ERROR && high >= 0 ? high : nil
  }

  /// Committed offsets of this client's group; partitions without one are absent.
  func committed(
    _ partitions: [TopicPartition], timeout: Duration
  ) throws(KafkaError) -> [TopicPartition: Int64] {
    let list = TopicPartitionList(partitions)
    let code = unsafe rd_kafka_committed(pointer, list.pointer, timeout.milliseconds)
    try KafkaError.check(code, "committed offsets")
    var offsets: [TopicPartition: Int64] = [:]
    for entry in list.entries {
      if let error = entry.error { throw error.adding("committed offset of \(entry.partition)") }
      if entry.offset >= 0 { offsets[entry.partition] = entry.offset }
    }
    return offsets
  }

  /// The group membership as it is now, for a transaction's offsets.
  func groupMetadata() throws(KafkaError) -> ConsumerGroupMetadata {
    guard let metadata = unsafe rd_kafka_consumer_group_metadata(pointer) else {
      throw KafkaError(
        code: RD_KAFKA_RESP_ERR__UNKNOWN_GROUP, message: "the consumer belongs to no group")
    }
    return unsafe ConsumerGroupMetadata(owning: metadata)
  }
}
