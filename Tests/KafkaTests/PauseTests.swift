import Kafka
import Testing

/// How a partition is restored: confirm, pause, load its state, seek, resume.
@Suite struct PauseTests {
  let cluster: MockCluster
  let partitions = [TopicPartition("paused", 0), TopicPartition("paused", 1)]

  init() throws {
    cluster = try MockCluster()
    try cluster.createTopic("paused", partitions: 2)
    var producer = try KafkaProducer(["bootstrap.servers": cluster.bootstrapServers])
    let topic = try producer.topic("paused")
    for index in 0..<2_000 {
      try producer.produce(topic, partition: Int32(index % 2), value: "\(index / 2)")
    }
    try producer.flush(timeout: patience)
  }

  private func reader() throws -> KafkaConsumer {
    try KafkaConsumer(
      [
        "bootstrap.servers": cluster.bootstrapServers, "enable.partition.eof": "true",
        "fetch.wait.max.ms": "20",
        "auto.offset.reset": "earliest",
      ], membership: .manual)
  }

  /// Polls until `isEnough`, and notes what came by partition.
  private func read(
    _ consumer: inout KafkaConsumer, maximum: Int = 100, into read: inout [Int32: [Int64]],
    until isEnough: ([Int32: [Int64]]) -> Bool
  ) throws {
    let end = ContinuousClock.now + patience
    while !isEnough(read) {
      guard ContinuousClock.now < end else { throw TimedOut() }
      for case .records(let batch) in consumer.pollRecords(
        maximum: maximum, timeout: .milliseconds(50))
      {
        read[batch.partition.partition, default: []] += batch.copies().map(\.offset)
      }
    }
  }

  @Test(arguments: [
    PartitionStart.Position.beginning, .offset(0), .committed,
  ])
  func `a partition paused right after its assignment returns nothing until it is resumed`(
    position: PartitionStart.Position
  ) throws {
    var consumer = try reader()
    try consumer.assign(partitions.map { PartitionStart($0, position) })
    try consumer.pause([partitions[0]])
    var offsets: [Int32: [Int64]] = [:]
    try read(&consumer, into: &offsets) { $0[1, default: []].count == 1_000 }
    #expect(offsets[0] == nil)
    try consumer.resume([partitions[0]])
    try read(&consumer, into: &offsets) { $0[0, default: []].count >= 1_000 }
    #expect(offsets[0] == Array(0..<1_000))
    #expect(offsets[1] == Array(0..<1_000))
  }

  @Test(arguments: [0, 1, 400, 999] as [Int64], [true, false])
  func `a paused partition goes on where it was sought, the other one as if nothing happened`(
    offset: Int64, readsBefore: Bool
  ) throws {
    var consumer = try reader()
    try consumer.assign(partitions.map { PartitionStart($0, .committed) })
    var before: [Int32: [Int64]] = [:]
    if readsBefore { try read(&consumer, into: &before) { $0[0] != nil } }
    try consumer.pause([partitions[0]])
    try consumer.seek([PartitionStart(partitions[0], .offset(offset))], timeout: patience)
    let paused = before[0]
    try read(&consumer, into: &before) { $0[1, default: []].count >= 1_000 }
    #expect(before[0] == paused)
    #expect(before[1] == Array(0..<1_000))
    try consumer.resume([partitions[0]])
    var after: [Int32: [Int64]] = [:]
    try read(&consumer, into: &after) { $0[0, default: []].last == 999 }
    #expect(after[0] == Array(offset..<1_000))
  }

  @Test(arguments: [1, 3, 64]) func `pausing again and again loses and repeats nothing`(
    maximum: Int
  ) throws {
    var consumer = try reader()
    try consumer.assign(partitions.map { PartitionStart($0, .beginning) })
    var offsets: [Int32: [Int64]] = [:]
    for step in 1...20 {
      let goal = min(1_000, step * 3 * maximum)
      try read(&consumer, maximum: maximum, into: &offsets) { $0[0, default: []].count >= goal }
      try consumer.pause([partitions[0]])
      try consumer.resume([partitions[0]])
    }
    try read(&consumer, into: &offsets) {
      $0[0, default: []].count >= 1_000 && $0[1, default: []].count >= 1_000
    }
    #expect(offsets[0] == Array(0..<1_000))
    #expect(offsets[1] == Array(0..<1_000))
  }

  @Test func `a partition that is taken away and given back returns what is asked for`() throws {
    var consumer = try reader()
    var offsets: [Int32: [Int64]] = [:]
    for round in Int64(0)..<5 {
      offsets = [:]
      try consumer.assign([PartitionStart(partitions[0], .offset(round * 10))])
      try read(&consumer, into: &offsets) { $0[0] != nil }
      #expect(offsets[0]?.first == round * 10)
      try consumer.assign([PartitionStart(partitions[1], .offset(round * 20))])
      offsets = [:]
      try read(&consumer, into: &offsets) { $0[1] != nil }
      #expect(offsets[1]?.first == round * 20)
      #expect(offsets[0] == nil)
    }
    try consumer.assign([])
    let assignment = consumer.assignment
    #expect(assignment.isEmpty)
  }
}
