import Kafka
import Testing

@Suite(.timeLimit(.minutes(3))) struct RebalanceTests {
  let cluster: MockCluster
  init() throws { cluster = try MockCluster() }
  func makeTopic(partitions: Int) throws -> String {
    let n = uniqueName("t"); try cluster.createTopic(n, partitions: partitions); return n
  }
  private func configuration(group: String, strategy: String) -> KafkaConfiguration {
    [
      "bootstrap.servers": cluster.bootstrapServers, "group.id": group,
      "partition.assignment.strategy": strategy, "auto.offset.reset": "earliest",
      "session.timeout.ms": "6000", "heartbeat.interval.ms": "500",
    ]
  }

  // Only a cooperative member may commit while the group rebalances, on these brokers.
  @Test(
    arguments: [
      ("cooperative-sticky", .onRevocation), ("cooperative-sticky", .everyBatch),
      ("range", .everyBatch),
    ] as [(String, RecordingMember.CommitPolicy)])
  func `members that come and go neither lose a record nor read one twice`(
    strategy: String, commits: RecordingMember.CommitPolicy
  ) async throws {
    let partitionCount: Int32 = 6
    let name = try makeTopic(partitions: Int(partitionCount))
    let settings = configuration(group: uniqueName("group"), strategy: strategy)
    var producer = try KafkaProducer(["bootstrap.servers": cluster.bootstrapServers])
    let topic = try producer.topic(name)
    var produced = 0
    // Records keep coming while partitions move.
    func produceSome() throws {
      for _ in 0..<60 {
        try producer.produce(
          topic, partition: Int32(produced) % partitionCount, value: "\(produced)")
        produced += 1
      }
      try producer.flush(timeout: patience)
    }

    let first = RecordingMember(commits: commits)
    let second = RecordingMember(commits: commits)
    async let firstFinished: Void = onThread { try first.run(settings, topic: name) }
    try produceSome()
    let isAlone = try await eventually(while: produceSome) { first.has(6) }
    #expect(isAlone)
    async let secondFinished: Void = onThread { try second.run(settings, topic: name) }
    let isShared = try await eventually(while: produceSome) {
      first.has(3) && second.has(3)
    }
    #expect(isShared)
    try produceSome()
    first.stop()
    try await firstFinished
    let isTakenOver = try await eventually(while: produceSome) { second.has(6) }
    #expect(isTakenOver)
    let isComplete = try await eventually { first.readCount + second.readCount >= produced }
    #expect(isComplete)
    second.stop()
    try await secondFinished

    let records = first.records + second.records
    #expect(records.count == produced)
    #expect(Set(records.compactMap(\.value)).count == produced)
    #expect(first.errors.isEmpty && second.errors.isEmpty)
    // Each member read each partition in order, every time it had it.
    for member in [first, second] {
      for partition in 0..<partitionCount {
        let offsets = member.records.filter { $0.partition == partition }.map(\.offset)
        #expect(offsets == offsets.sorted())
      }
    }
  }

  @Test func `a cooperative member keeps what does not move and goes on reading it`() async throws {
    let name = try makeTopic(partitions: 4)
    let settings = configuration(group: uniqueName("group"), strategy: "cooperative-sticky")
    let first = RecordingMember()
    let second = RecordingMember()
    async let firstFinished: Void = onThread { try first.run(settings, topic: name) }
    let isAlone = try await eventually { first.has(4) }
    #expect(isAlone)
    async let secondFinished: Void = onThread { try second.run(settings, topic: name) }
    let isShared = try await eventually { first.has(2) && second.has(2) }
    #expect(isShared)
    #expect(first.revoked.count == 2)
    first.stop()
    second.stop()
    try await firstFinished
    try await secondFinished
  }
}
