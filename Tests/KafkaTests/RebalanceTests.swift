import Kafka
import Testing

/// Two members, each on a thread of its own, against brokers in this process.
@Suite(.mustNotHang) struct RebalanceTests {
  let cluster: MockCluster

  init() throws { cluster = try MockCluster() }

  private func makeTopic(partitions: Int) throws -> String {
    let name = uniqueName("topic")
    try cluster.createTopic(name, partitions: partitions)
    return name
  }

  private func configuration(
    _ servers: String, group: String, strategy: String
  ) -> KafkaConfiguration {
    [
      "bootstrap.servers": servers, "group.id": group,
      "partition.assignment.strategy": strategy, "auto.offset.reset": "earliest",
      "session.timeout.ms": "6000", "heartbeat.interval.ms": "200",
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
  ) throws {
    try checkThatNothingIsLost(
      cluster.bootstrapServers, topic: makeTopic(partitions: Int(partitionCount)), strategy,
      commits)
  }

  // The test broker forgets a member that has not been told of a generation before others join the
  // next one: draining for a while keeps out of its way.
  @Test(.needsBroker) func `the same with a broker that is not part of this process`() throws {
    try checkThatNothingIsLost(
      TestBroker.bootstrapServers,
      topic: TestBroker.makeTopic(partitions: Int(partitionCount)), "cooperative-sticky",
      .onRevocation, drainTime: .milliseconds(1_500))
  }

  private let partitionCount: Int32 = 6

  private func checkThatNothingIsLost(
    _ servers: String, topic name: String, _ strategy: String,
    _ commits: RecordingMember.CommitPolicy, drainTime: Duration = .zero
  ) throws {
    let settings = configuration(servers, group: uniqueName("group"), strategy: strategy)
    var producer = try KafkaProducer(["bootstrap.servers": servers])
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

    let first = RecordingMember(commits: commits, drainTime: drainTime)
    let second = RecordingMember(commits: commits, drainTime: drainTime)
    let firstThread = Worker { try first.run(settings, topic: name) }
    try produceSome()
    let isAlone = try eventually(while: produceSome) { first.has(6) }
    #expect(isAlone)
    let secondThread = Worker { try second.run(settings, topic: name) }
    let isShared = try eventually(while: produceSome) {
      first.has(3) && second.has(3)
    }
    #expect(isShared)
    try produceSome()
    first.stop()
    try firstThread.finish()
    let isTakenOver = try eventually(while: produceSome) { second.has(6) }
    #expect(isTakenOver)
    let isComplete = try eventually { first.readCount + second.readCount >= produced }
    #expect(isComplete)
    second.stop()
    try secondThread.finish()

    let records = first.records + second.records
    #expect(records.count == produced)
    #expect(Set(records.compactMap(\.value)).count == produced)
    // Each member read each partition in order, every time it had it.
    for member in [first, second] {
      for partition in 0..<partitionCount {
        let offsets = member.records.filter { $0.partition == partition }.map(\.offset)
        #expect(offsets == offsets.sorted())
      }
    }
  }

  @Test func `a cooperative member keeps what does not move and goes on reading it`() throws {
    let name = try makeTopic(partitions: 4)
    let settings = configuration(
      cluster.bootstrapServers, group: uniqueName("group"), strategy: "cooperative-sticky")
    let first = RecordingMember()
    let second = RecordingMember()
    let firstThread = Worker { try first.run(settings, topic: name) }
    let isAlone = try eventually { first.has(4) }
    #expect(isAlone)
    let secondThread = Worker { try second.run(settings, topic: name) }
    let isShared = try eventually { first.has(2) && second.has(2) }
    #expect(isShared)
    #expect(first.revoked.count == 2)
    first.stop()
    second.stop()
    try firstThread.finish()
    try secondThread.finish()
  }
}
