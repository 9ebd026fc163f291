import CRdKafka

/// Owns an `rd_kafka_topic_partition_list_t`, the form in which C takes and returns partitions.
@safe struct TopicPartitionList: ~Copyable {
  let pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

  /// One element, read out.
  struct Entry {
    let partition: TopicPartition
    /// Negative for "none" and the named positions.
    let offset: Int64
    let error: KafkaError?
  }

  /// Partitions without an offset.
  init(_ partitions: [TopicPartition]) {
    self.init(partitions.map { PartitionStart($0, .committed) }, isPositioned: false)
  }

  init(_ starts: [PartitionStart]) { self.init(starts, isPositioned: true) }

  init(_ offsets: [TopicPartitionOffset]) {
    self.init(offsets.map(PartitionStart.init), isPositioned: true)
  }

  private init(_ starts: [PartitionStart], isPositioned: Bool) {
    unsafe pointer = rd_kafka_topic_partition_list_new(Int32(starts.count))
    for start in starts {
      let element = unsafe rd_kafka_topic_partition_list_add(
        pointer, start.partition.topic, start.partition.partition)
      if isPositioned { unsafe element?.pointee.offset = start.rawOffset }
    }
  }

  deinit { unsafe rd_kafka_topic_partition_list_destroy(pointer) }

  /// The elements as they are now, after a call may have filled in offsets and errors.
  var entries: [Entry] { unsafe Self.entries(of: pointer) }

  /// Throws the first partition's error, if any has one.
  func checkEntries(_ context: String) throws(KafkaError) {
    for entry in entries {
      if let error = entry.error { throw error.adding("\(context) of \(entry.partition)") }
    }
  }

  /// Reads a list that stays in C's hands.
  static func entries(of list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) -> [Entry] {
    unsafe (0..<Int(list.pointee.cnt)).map { index in
      let element = unsafe list.pointee.elems[index]
      let partition = unsafe TopicPartition(String(cString: element.topic), element.partition)
      let code = unsafe element.err
      return unsafe Entry(
        partition: partition, offset: element.offset,
        error: code == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaError(code: code))
    }
  }
}
