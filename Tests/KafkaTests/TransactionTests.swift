import Kafka
import Testing

@Suite(.needsBroker) struct TransactionTests {
  private func producer(
    id: String = uniqueName("transactions"), _ more: KafkaConfiguration = [:]
  ) throws -> KafkaProducer {
    try KafkaProducer(
      more.merging(defaults: [
        "bootstrap.servers": TestBroker.bootstrapServers, "transactional.id": id,
        "retry.backoff.ms": "5",
      ]))
  }

  private func values(of topic: String, isolation: String = "read_committed") throws -> [String?] {
    try readAll(
      TestBroker.bootstrapServers, [TopicPartition(topic, 0)], isolation: isolation
    ).map(\.value)
  }

  @Test func `committed records are seen, aborted ones are not`() throws {
    let name = try TestBroker.makeTopic()
    var producer = try producer()
    let topic = try producer.topic(name)
    try producer.initTransactions(timeout: patience)
    for (value, commits) in [("one", true), ("two", false), ("three", true), ("four", false)] {
      try producer.beginTransaction()
      try producer.produce(topic, value: value)
      if commits {
        try producer.commitTransaction(timeout: patience)
      } else {
        // Delivered first, so that the abort has something to hide.
        try producer.flush(timeout: patience)
        try producer.abortTransaction(timeout: patience)
      }
    }
    let committed = try values(of: name)
    #expect(committed == ["one", "three"])
    let all = try values(of: name, isolation: "read_uncommitted")
    #expect(all == ["one", "two", "three", "four"])
  }

  @Test func `an empty transaction commits and aborts`() throws {
    var producer = try producer()
    try producer.initTransactions(timeout: patience)
    try producer.beginTransaction()
    try producer.commitTransaction(timeout: patience)
    try producer.beginTransaction()
    try producer.abortTransaction(timeout: patience)
    let isInTransaction = producer.isInTransaction
    #expect(!isInTransaction)
  }

  @Test(arguments: [true, false])
  func `offsets sent with a transaction are committed with it or not at all`(
    commits: Bool
  ) throws {
    let name = try TestBroker.makeTopic(partitions: 2)
    let partitions = [TopicPartition(name, 0), TopicPartition(name, 1)]
    let member = RecordingMember()
    let group = uniqueName("group")
    let configuration: KafkaConfiguration = [
      "bootstrap.servers": TestBroker.bootstrapServers, "group.id": group,
    ]
    let thread = Worker { try member.run(configuration, topic: name) }
    let hasJoined = try eventually { member.has(2) }
    #expect(hasJoined)
    let handle = try #require(member.handle)

    var producer = try producer()
    try producer.initTransactions(timeout: patience)
    try producer.beginTransaction()
    try producer.sendOffsets(
      [TopicPartitionOffset(partitions[0], offset: 41)], of: handle.groupMetadata(),
      timeout: patience)
    if commits {
      try producer.commitTransaction(timeout: patience)
    } else {
      try producer.abortTransaction(timeout: patience)
    }
    let committed = try handle.committed(partitions, timeout: patience)
    #expect(committed == (commits ? [partitions[0]: 41] : [:]))
    member.stop()
    try thread.finish()
  }

  @Test func `a newer producer with the same transactional id fences the older one`() throws {
    let name = try TestBroker.makeTopic()
    let id = uniqueName("fencing")
    var older = try producer(id: id)
    let topic = try older.topic(name)
    try older.initTransactions(timeout: patience)
    try older.beginTransaction()
    try older.produce(topic, value: "zombie")
    try older.flush(timeout: patience)

    var newer = try producer(id: id)
    try newer.initTransactions(timeout: patience)
    let error = #expect(throws: KafkaError.self) {
      try older.produce(topic, value: "zombie")
      try older.commitTransaction(timeout: patience)
    }
    #expect(error?.isFatal == true)
    #expect(error?.isFenced == true)

    let newTopic = try newer.topic(name)
    try newer.beginTransaction()
    try newer.produce(newTopic, value: "living")
    try newer.commitTransaction(timeout: patience)
    let seen = try values(of: name)
    #expect(seen == ["living"])
  }

  @Test func `a transaction that carries many records arrives whole and in order`() throws {
    let name = try TestBroker.makeTopic()
    var producer = try producer(["linger.ms": "5000"])
    let topic = try producer.topic(name)
    try producer.initTransactions(timeout: patience)
    let start = ContinuousClock.now
    try producer.beginTransaction()
    for index in 0..<5_000 { try producer.produce(topic, value: "\(index)") }
    try producer.commitTransaction(timeout: patience)
    // A commit sends what lingers instead of waiting for it.
    #expect(ContinuousClock.now - start < .seconds(5))
    let seen = try values(of: name)
    #expect(seen == (0..<5_000).map { "\($0)" })
  }
}
