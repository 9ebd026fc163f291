import CRdKafka

/// Sorts polled messages by partition without copying a record, keeping each partition's order.
///
/// It owns the messages until `fetched(above:)` hands them to batches.
@safe struct PolledRuns: ~Copyable {
  typealias Message = UnsafeMutablePointer<rd_kafka_message_t>

  /// Records of one partition, or one error or end of partition.
  @safe private struct Run {
    let topic: OpaquePointer?
    let partition: Int32
    /// Nothing may follow an error or end of partition in its run: what arrived after it stays
    /// after it.
    var isOpen: Bool
    var messages: [Message]
  }

  private let client: ClientHandle
  private var runs: [Run] = []
  private var current = 0

  init(client: ClientHandle) { self.client = client }

  deinit {
    // Reached with messages only when a caller drops the runs without taking what is in them.
    for run in runs {
      for index in unsafe run.messages.indices {
        unsafe rd_kafka_message_destroy(run.messages[index])
      }
    }
  }

  /// Adds the next message in the order of arrival.
  mutating func append(_ message: Message) {
    let topic = unsafe message.pointee.rkt
    let partition = unsafe message.pointee.partition
    let isRecord = unsafe message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR
    // Fetch responses arrive partition by partition, so the current run is nearly always the one.
    if current < runs.count, runs[current].isOpen, isRecord,
      runs[current].partition == partition, unsafe runs[current].topic == topic
    {
      unsafe runs[current].messages.append(message)
      return
    }
    let last = runs.lastIndex { run in
      unsafe run.partition == partition && run.topic == topic
    }
    if isRecord, let last, runs[last].isOpen {
      unsafe runs[last].messages.append(message)
      current = last
    } else {
      if let last { runs[last].isOpen = false }
      current = runs.count
      unsafe runs.append(
        Run(topic: topic, partition: partition, isOpen: isRecord, messages: [message]))
    }
  }

  /// Turns the runs into values.
  ///
  /// `isWanted` says for a partition from which offset on its records are wanted; `nil` drops them
  /// all. Errors without a partition always pass.
  consuming func fetched(
    from wanted: (TopicPartition) -> Int64?
  ) -> [Fetched] {
    var fetched: [Fetched] = []
    fetched.reserveCapacity(runs.count)
    let taken = runs
    runs = []
    for run in taken {
      guard let topic = unsafe run.topic else {
        unsafe fetched.append(.failed(nil, Self.error(consuming: run.messages[0])))
        continue
      }
      let partition = unsafe TopicPartition(
        String(cString: rd_kafka_topic_name(topic)), run.partition)
      let lowest = wanted(partition)
      unsafe Self.append(run.messages, of: partition, from: lowest, client, to: &fetched)
    }
    return fetched
  }

  private static func append(
    _ messages: [Message], of partition: TopicPartition, from lowest: Int64?,
    _ client: ClientHandle, to fetched: inout [Fetched]
  ) {
    guard let lowest else {
      for index in unsafe messages.indices { unsafe rd_kafka_message_destroy(messages[index]) }
      return
    }
    let code = unsafe messages[0].pointee.err
    if code == RD_KAFKA_RESP_ERR__PARTITION_EOF {
      unsafe fetched.append(.endOfPartition(partition, next: messages[0].pointee.offset))
      unsafe rd_kafka_message_destroy(messages[0])
    } else if code != RD_KAFKA_RESP_ERR_NO_ERROR {
      unsafe fetched.append(.failed(partition, error(consuming: messages[0])))
    } else {
      let repeated = unsafe messages.prefix { unsafe $0.pointee.offset < lowest }
      for index in unsafe repeated.indices { unsafe rd_kafka_message_destroy(repeated[index]) }
      let new = unsafe repeated.isEmpty ? messages : Array(messages[repeated.endIndex...])
      guard unsafe !new.isEmpty else { return }
      unsafe fetched.append(.records(RecordBatch(owning: new, of: partition, client: client)))
    }
  }

  private static func error(consuming message: Message) -> KafkaError {
    let text = unsafe rd_kafka_message_errstr(message).map { unsafe String(cString: $0) }
    let error = unsafe KafkaError(code: message.pointee.err, message: text)
    unsafe rd_kafka_message_destroy(message)
    return error
  }
}
