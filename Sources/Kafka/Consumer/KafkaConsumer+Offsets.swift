import CRdKafka

extension KafkaConsumer {
  /// Commits for the group and waits for the broker. For processing at least once; exactly-once
  /// sends offsets with the producer's transaction instead.
  ///
  /// Blocks up to the timeout, after which the outcome is unknown and the call may be repeated.
  package func commit(
    _ offsets: [TopicPartitionOffset], timeout: Duration
  ) throws(KafkaError) {
    guard !offsets.isEmpty else { return }
    let list = TopicPartitionList(offsets)
    // The plain synchronous call has no timeout: it waits for a lost coordinator as long as it takes.
    let answers = EventQueue(for: client)
    let code = unsafe rd_kafka_commit_queue(
      client.pointer, list.pointer, answers.pointer, nil, nil)
    try KafkaError.check(code, "offset commit")
    guard let event = answers.poll(timeout: timeout) else {
      throw KafkaError(code: RD_KAFKA_RESP_ERR__TIMED_OUT, isRetriable: true)
        .adding("offset commit")
    }
    if let error = event.error { throw client.resolving(error).adding("offset commit") }
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

  /// What each of several partitions holds: one request to each broker for either end. Blocks up to
  /// twice the timeout.
  package func ranges(
    of partitions: [TopicPartition], timeout: Duration
  ) throws(KafkaError) -> [TopicPartition: Range<Int64>] {
    // Protocol: these two moments stand for the ends of the log.
    let low = try offsets(
      in: partitions, atOrAfter: Int64(RD_KAFKA_OFFSET_BEGINNING), timeout: timeout)
    let high = try offsets(in: partitions, atOrAfter: Int64(RD_KAFKA_OFFSET_END), timeout: timeout)
    var ranges: [TopicPartition: Range<Int64>] = [:]
    for (partition, start) in low {
      if let end = high[partition] { ranges[partition] = start..<max(start, end) }
    }
    return ranges
  }

  /// The first offset at or after a moment in milliseconds since 1970 UTC; partitions without such
  /// a record are absent. Blocks up to the timeout.
  package func offsets(
    in partitions: [TopicPartition], atOrAfter timestamp: Int64, timeout: Duration
  ) throws(KafkaError) -> [TopicPartition: Int64] {
    let list = TopicPartitionList(partitions.map { PartitionStart($0, .offset(timestamp)) })
    let code = unsafe rd_kafka_offsets_for_times(
      client.pointer, list.pointer, timeout.milliseconds)
    try KafkaError.check(code, "offsets at \(timestamp)")
    try list.checkEntries("offsets at \(timestamp)")
    var offsets: [TopicPartition: Int64] = [:]
    for entry in list.entries where entry.offset >= 0 { offsets[entry.partition] = entry.offset }
    return offsets
  }

  /// The number of partitions of one topic. Blocks up to the timeout.
  package func partitionCount(of topic: String, timeout: Duration) throws(KafkaError) -> Int {
    try client.partitionCount(of: topic, timeout: timeout)
  }

  /// The membership to send along with a transaction's offsets, as of now.
  package func groupMetadata() throws(KafkaError) -> ConsumerGroupMetadata {
    try client.groupMetadata()
  }
}
