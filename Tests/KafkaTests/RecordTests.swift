import Kafka
import Testing

/// Against brokers in this process.
@Suite struct RecordTests {
  let cluster: MockCluster
  let partition = TopicPartition("records", 0)

  init() throws {
    cluster = try MockCluster()
    try cluster.createTopic("records", partitions: 3)
  }

  private func producer(_ more: KafkaConfiguration = [:]) throws -> KafkaProducer {
    try KafkaProducer(
      more.merging(defaults: ["bootstrap.servers": cluster.bootstrapServers]))
  }

  private func reader(_ more: KafkaConfiguration = [:]) throws -> KafkaConsumer {
    try KafkaConsumer(
      more.merging(defaults: [
        "bootstrap.servers": cluster.bootstrapServers, "enable.partition.eof": "true",
        "fetch.wait.max.ms": "20",
      ]), membership: .manual)
  }

  @Test(
    arguments: [
      (nil, nil), (nil, "value"), ("key", nil), ("", ""), ("key", "value"), ("ключ", "ценность"),
    ] as [(String?, String?)])
  func `a record comes back as it was produced`(key: String?, value: String?) throws {
    var producer = try producer()
    let topic = try producer.topic("records")
    try producer.produce(topic, key: key, value: value)
    try producer.produce(topic, key: key, value: value, timestamp: 1_700_000_000_123)
    try producer.flush(timeout: patience)
    let records = try readAll(cluster.bootstrapServers, [partition])
    #expect(records.map(\.key) == [key, key])
    #expect(records.map(\.value) == [value, value])
    #expect(records.map(\.offset) == [0, 1])
  }

  @Test func `headers and timestamp come back in order, missing and empty values apart`() throws {
    var producer = try producer()
    let headers: [(name: String, value: [UInt8]?)] = [
      ("ce-type", Array("order".utf8)), ("empty", []), ("none", nil), ("ce-type", [0, 255]),
    ]
    let topic = try producer.topic("records")
    try producer.produce(topic, value: "v", headers: headers, timestamp: 1_700_000_000_123)
    try producer.produce(topic, value: "without")
    try producer.flush(timeout: patience)

    var reader = try reader()
    try reader.assign([PartitionStart(partition, .beginning)])
    let batch = try nextBatch(of: &reader)
    let (found, timestamp) = batch.withRecord(0) { ($0.headers(), $0.timestamp) }
    #expect(found.map(\.name) == headers.map(\.name))
    #expect(found.map(\.value) == headers.map(\.value))
    #expect(timestamp == 1_700_000_000_123)
    let again = batch.withRecord(0) { $0.headers().count }
    #expect(again == headers.count)
  }

  private func nextBatch(of reader: inout KafkaConsumer) throws -> RecordBatch {
    let end = ContinuousClock.now + patience
    while ContinuousClock.now < end {
      for case .records(let batch) in reader.pollRecords(
        maximum: 100, timeout: .milliseconds(100))
      { return batch }
    }
    throw TimedOut()
  }

  @Test(arguments: [1, 7, 1_000])
  func `batches hold one partition each, in offset order, without gaps`(maximum: Int) throws {
    let count = 500
    var producer = try producer()
    let topic = try producer.topic("records")
    for index in 0..<count * 3 {
      try producer.produce(topic, partition: Int32(index % 3), value: "\(index / 3)")
    }
    try producer.flush(timeout: patience)

    var reader = try reader()
    try reader.assign((0..<3).map { PartitionStart(TopicPartition("records", $0), .beginning) })
    var values: [Int32: [String?]] = [:]
    var ends: [Int32: Int64] = [:]
    let end = ContinuousClock.now + patience
    while ends.count < 3, ContinuousClock.now < end {
      let fetched = reader.pollRecords(maximum: maximum, timeout: .milliseconds(100))
      var size = 0
      for case .records(let batch) in fetched {
        size += batch.count
        let copies = batch.copies()
        #expect(batch.firstOffset == Int64(values[batch.partition.partition, default: []].count))
        #expect(batch.nextOffset == batch.firstOffset + Int64(batch.count))
        values[batch.partition.partition, default: []] += copies.map(\.value)
      }
      for case .endOfPartition(let partition, let next) in fetched {
        ends[partition.partition] = next
      }
      #expect(size <= maximum)
    }
    for partition in Int32(0)..<3 {
      #expect(values[partition] == (0..<count).map { "\($0)" })
      #expect(ends[partition] == Int64(count))
    }
  }

  @Test func `a record that arrives alone is returned at once, not after the timeout`() throws {
    var reader = try reader()
    try reader.assign([PartitionStart(partition, .beginning)])
    var producer = try producer()
    try producer.produce(producer.topic("records"), value: "alone")
    try producer.flush(timeout: patience)
    let start = ContinuousClock.now
    var count = 0
    while count == 0, ContinuousClock.now - start < patience {
      for case .records(let batch) in reader.pollRecords(maximum: 1_000, timeout: patience) {
        count += batch.count
      }
    }
    #expect(count == 1)
    #expect(ContinuousClock.now - start < patience / 2)
  }

  @Test func `a batch stays readable after its consumer is gone`() throws {
    var producer = try producer()
    try producer.produce(producer.topic("records"), value: "kept")
    try producer.flush(timeout: patience)
    let batch = try {
      var reader = try reader()
      try reader.assign([PartitionStart(partition, .beginning)])
      return try nextBatch(of: &reader)
    }()
    let copies = batch.copies()
    #expect(copies.map(\.value) == ["kept"])
  }

  @Test func `reading starts and goes on where it is told to`() throws {
    var producer = try producer()
    let topic = try producer.topic("records")
    for index in 0..<10 { try producer.produce(topic, value: "\(index)") }
    try producer.flush(timeout: patience)
    var reader = try reader()
    try reader.assign([PartitionStart(partition, .offset(6))])
    let first = try nextBatch(of: &reader)
    #expect(first.firstOffset == 6)
    try reader.seek([PartitionStart(partition, .offset(2))], timeout: patience)
    let second = try nextBatch(of: &reader)
    #expect(second.firstOffset == 2)
    let watermarks = try reader.watermarks(of: partition, timeout: patience)
    #expect(watermarks == (0, 10))
    let partitions = try reader.partitionCount(of: "records", timeout: patience)
    #expect(partitions == 3)
    try reader.close(timeout: patience)
    let isClosed = reader.isClosed
    #expect(isClosed)
  }
}
