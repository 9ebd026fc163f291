import Kafka

/// A copy of a record, to compare with.
struct ReadRecord: Sendable, Equatable {
  var partition: Int32 = 0
  var offset: Int64 = 0
  var key: String?
  var value: String?

  init(partition: Int32, record: borrowing KafkaRecord) {
    self.partition = partition
    offset = record.offset
    key = record.key.map { String(decoding: $0, as: UTF8.self) }
    value = record.value.map { String(decoding: $0, as: UTF8.self) }
  }
}

extension RecordBatch {
  /// Copies of all records.
  func copies() -> [ReadRecord] {
    (0..<count).map { index in
      withRecord(index) { ReadRecord(partition: partition.partition, record: $0) }
    }
  }
}

extension KafkaProducer {
  /// Produces text, which is what most tests send.
  mutating func produce(
    _ topic: TopicHandle, partition: Int32? = 0, key: String? = nil, value: String?,
    headers: [(name: String, value: [UInt8]?)] = [], timestamp: Int64? = nil
  ) throws(KafkaError) {
    let key = key.map { Array($0.utf8) }
    let value = value.map { Array($0.utf8) }
    // Typed throws do not pass through `withUnsafeBytes`, hence the result.
    let result: Result<Void, KafkaError> = withBytes(key) { key in
      withBytes(value) { value in
        do throws(KafkaError) {
          try produce(
            topic: topic, partition: partition, key: key, value: value, headers: headers,
            timestamp: timestamp)
          return .success(())
        } catch {
          return .failure(error)
        }
      }
    }
    try result.get()
  }
}

private func withBytes<Result>(
  _ bytes: [UInt8]?, _ body: (UnsafeRawBufferPointer?) -> Result
) -> Result {
  guard let bytes else { return body(nil) }
  return bytes.withUnsafeBytes { body($0) }
}

/// Everything in some partitions, in their order; throws a time-out if they do not end.
func readAll(
  _ servers: String, _ partitions: [TopicPartition], isolation: String = "read_committed"
) throws(KafkaError) -> [ReadRecord] {
  var consumer = try KafkaConsumer(
    [
      "bootstrap.servers": servers, "enable.partition.eof": "true",
      "fetch.wait.max.ms": "20",
      "isolation.level": isolation,
    ], membership: .manual)
  try consumer.assign(partitions.map { PartitionStart($0, .beginning) })
  var records: [ReadRecord] = []
  var unfinished = Set(partitions)
  let end = ContinuousClock.now + patience
  while !unfinished.isEmpty, ContinuousClock.now < end {
    for fetched in consumer.pollRecords(maximum: 1_000, timeout: .milliseconds(100)) {
      switch fetched {
      case .records(let batch): records += batch.copies()
      case .endOfPartition(let partition, _): unfinished.remove(partition)
      case .failed(_, let error): throw error
      }
    }
  }
  try consumer.close(timeout: patience)
  return records.sorted { ($0.partition, $0.offset) < ($1.partition, $1.offset) }
}
