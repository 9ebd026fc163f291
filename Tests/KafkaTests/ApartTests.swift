import Kafka
import Testing

/// Partitions that are read one by one, and go back to being read with the others.
@Suite(.mustNotHang) struct ApartTests {
  let cluster: MockCluster
  let partitions = (0..<3).map { TopicPartition("apart", $0) }

  init() throws {
    cluster = try MockCluster()
    try cluster.createTopic("apart", partitions: 3)
  }

  private func reader() throws -> KafkaConsumer {
    try KafkaConsumer(
      [
        "bootstrap.servers": cluster.bootstrapServers, "fetch.wait.max.ms": "5",
        "auto.offset.reset": "earliest",
      ], membership: .manual)
  }

  private func produce(_ count: Int) throws {
    var producer = try KafkaProducer(["bootstrap.servers": cluster.bootstrapServers])
    let topic = try producer.topic("apart")
    for index in 0..<count {
      try producer.produce(topic, partition: Int32(index % 3), value: "\(index / 3)")
    }
    try producer.flush(timeout: patience)
  }

  private func note(_ fetched: [Fetched], in read: inout [Int32: [Int64]]) {
    for case .records(let batch) in fetched {
      read[batch.partition.partition, default: []] += batch.copies().map(\.offset)
    }
  }

  @Test func `a partition that is kept apart comes only when it is asked for`() throws {
    try produce(3_000)
    var consumer = try reader()
    try consumer.assign(partitions.map { PartitionStart($0, .beginning) })
    consumer.keepApart(partitions[0])
    var read: [Int32: [Int64]] = [:]
    let arrived = eventually(while: {
      note(consumer.pollRecords(maximum: 100, timeout: .milliseconds(20)), in: &read)
    }) { read[1]?.count == 1_000 && read[2]?.count == 1_000 }
    #expect(arrived)
    let early = read[0, default: []].count
    for _ in 0..<20 {
      note(consumer.pollRecords(maximum: 100, timeout: .milliseconds(5)), in: &read)
    }
    #expect(read[0, default: []].count == early)
    note(
      consumer.pollRecords(of: partitions[0], maximum: 7, timeout: .milliseconds(500)), in: &read)
    #expect(read[0] == Array(0..<Int64(early + min(7, 1_000 - early))))
    #expect(consumer.nextOffset(of: partitions[0]) == Int64(read[0]?.count ?? 0))
    // Of others nothing is there.
    let others = consumer.pollRecords(of: partitions[1], maximum: 7, timeout: .zero)
    #expect(others.isEmpty)
    consumer.rejoin(partitions[0])
    let isComplete = eventually(while: {
      note(consumer.pollRecords(maximum: 100, timeout: .milliseconds(20)), in: &read)
    }) { read[0, default: []].count >= 1_000 }
    #expect(isComplete)
    for number in Int32(0)..<3 { #expect(read[number] == Array(0..<1_000)) }
  }

  /// Seven times a second or a thousand times: the fetcher's thread is in the middle of something.
  @Test(arguments: [1, 40, 1_000])
  func `however often partitions come and go, every record comes once and in its order`(
    maximum: Int
  ) throws {
    let total = 60_000
    let producing = Worker { try produce(total) }
    var consumer = try reader()
    try consumer.assign(partitions.map { PartitionStart($0, .beginning) })
    var read: [Int32: [Int64]] = [:]
    var round = 0
    let end = ContinuousClock.now + patience
    while read.values.reduce(0, { $0 + $1.count }) < total, ContinuousClock.now < end {
      round += 1
      let partition = partitions[round % 3]
      if round % 2 == 0 { consumer.keepApart(partition) } else { consumer.rejoin(partition) }
      note(consumer.pollRecords(maximum: maximum, timeout: .zero), in: &read)
      for partition in partitions {
        note(consumer.pollRecords(of: partition, maximum: maximum, timeout: .zero), in: &read)
      }
    }
    try producing.finish()
    for number in Int32(0)..<3 { #expect(read[number] == Array(0..<Int64(total / 3))) }
  }

  @Test(arguments: [0, 400, 990] as [Int64])
  func `a partition that is kept apart is read from where it was assigned or sought`(
    start: Int64
  ) throws {
    try produce(3_000)
    var consumer = try reader()
    try consumer.assign(partitions.map { PartitionStart($0, .offset(start)) })
    consumer.keepApart(partitions[0])
    consumer.keepApart(partitions[1])
    let first = try readToEnd(&consumer)
    for number in Int32(0)..<3 { #expect(first[number] == Array(start..<1_000)) }
    try consumer.seek(partitions.map { PartitionStart($0, .offset(10)) }, timeout: patience)
    let second = try readToEnd(&consumer)
    for number in Int32(0)..<3 { #expect(second[number] == Array(10..<1_000)) }
    try consumer.assign([])
    #expect(consumer.nextOffset(of: partitions[0]) == nil)
  }

  /// Reads until the last record of every partition has come, from wherever it comes.
  private func readToEnd(_ consumer: inout KafkaConsumer) throws -> [Int32: [Int64]] {
    var read: [Int32: [Int64]] = [:]
    let end = ContinuousClock.now + patience
    while !(Int32(0)..<3).allSatisfy({ read[$0]?.last == 999 }) {
      guard ContinuousClock.now < end else { throw TimedOut() }
      note(consumer.pollRecords(maximum: 100, timeout: .milliseconds(5)), in: &read)
      for partition in partitions {
        note(consumer.pollRecords(of: partition, maximum: 50, timeout: .zero), in: &read)
      }
    }
    return read
  }

  @Test func `a consumer goes while partitions are kept apart, with records that nobody took`()
    throws
  {
    try produce(300)
    var consumer = try reader()
    try consumer.assign(partitions.map { PartitionStart($0, .beginning) })
    var read: [Int32: [Int64]] = [:]
    let hasBegun = eventually(while: {
      note(consumer.pollRecords(maximum: 10, timeout: .milliseconds(20)), in: &read)
    }) { !read.isEmpty }
    #expect(hasBegun)
    consumer.keepApart(partitions[1])
    try consumer.close(timeout: patience)
  }
}
