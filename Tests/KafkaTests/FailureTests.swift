import Kafka
import Testing

/// Errors that the brokers in this process produce at will.
@Suite struct FailureTests {
  let cluster: MockCluster

  init() throws {
    cluster = try MockCluster()
    try cluster.createTopic("failures", partitions: 1)
  }

  private func producer(_ more: KafkaConfiguration = [:]) throws -> KafkaProducer {
    try KafkaProducer(
      more.merging(defaults: [
        "bootstrap.servers": cluster.bootstrapServers, "retry.backoff.ms": "10",
      ]))
  }

  /// Broker codes, by the names that errors carry.
  private enum Code {
    static let notLeader: Int32 = 6
    static let messageTooLarge: Int32 = 10
    static let coordinatorLoading: Int32 = 14
    static let invalidProducerEpoch: Int32 = 47
  }

  @Test func `a passing failure to produce is retried unseen`() throws {
    var producer = try producer()
    cluster.failNext(.produce, with: [Code.notLeader, Code.notLeader])
    try producer.produce(producer.topic("failures"), value: "stubborn")
    try producer.flush(timeout: patience)
    let records = try readAll(cluster.bootstrapServers, [TopicPartition("failures", 0)])
    #expect(records.map(\.value) == ["stubborn"])
  }

  @Test func `a lost record is thrown by every later call until the producer gives it up`() throws {
    var producer = try producer(["enable.idempotence": "false"])
    let topic = try producer.topic("failures")
    cluster.failNext(.produce, with: [Code.messageTooLarge])
    try producer.produce(topic, value: "lost")
    for _ in 0..<2 {
      let error = #expect(throws: KafkaError.self) { try producer.flush(timeout: patience) }
      #expect(error?.name == "MSG_SIZE_TOO_LARGE")
      #expect(error?.message.contains("\"failures\"") == true)
    }
    #expect(throws: KafkaError.self) { try producer.produce(topic, value: "after") }
    producer.purge()
    try producer.produce(topic, value: "fresh")
    try producer.flush(timeout: patience)
  }

  @Test func `nothing commits past a lost record, and an abort makes a new start`() throws {
    var producer = try producer(["transactional.id": uniqueName("lost")])
    let topic = try producer.topic("failures")
    try producer.initTransactions(timeout: patience)
    try producer.beginTransaction()
    cluster.failNext(.produce, with: [Code.messageTooLarge])
    try producer.produce(topic, value: "lost")
    let error = #expect(throws: KafkaError.self) {
      try producer.commitTransaction(timeout: patience)
    }
    #expect(error?.name == "MSG_SIZE_TOO_LARGE")
    #expect(error?.requiresAbort == true)
    #expect(error?.isFatal == false)
    try producer.abortTransaction(timeout: patience)
    // The sequence has a gap now, which costs the next transaction as well.
    var aborts = 0
    while aborts < 2 {
      try producer.beginTransaction()
      try producer.produce(topic, value: "delivered")
      do {
        try producer.commitTransaction(timeout: patience)
        break
      } catch {
        #expect(error.requiresAbort)
        #expect(error.name == "OUT_OF_ORDER_SEQUENCE_NUMBER")
        try producer.abortTransaction(timeout: patience)
        aborts += 1
      }
    }
    #expect(aborts < 2)
  }

  @Test func `a retriable transaction failure is retried where it occurs`() throws {
    var producer = try producer(["transactional.id": uniqueName("retried")])
    cluster.failNext(
      .initProducerID, with: [Code.coordinatorLoading, Code.coordinatorLoading])
    try producer.initTransactions(timeout: patience)
    try producer.beginTransaction()
    cluster.failNext(
      .addPartitionsToTransaction, with: [Code.coordinatorLoading, Code.coordinatorLoading])
    try producer.produce(producer.topic("failures"), value: "patient")
    try producer.commitTransaction(timeout: patience)
  }

  @Test func `an outdated producer epoch is fenced and fatal`() throws {
    var producer = try producer(["transactional.id": uniqueName("fenced")])
    try producer.initTransactions(timeout: patience)
    try producer.beginTransaction()
    cluster.failNext(.endTransaction, with: [Code.invalidProducerEpoch])
    try producer.produce(producer.topic("failures"), value: "late")
    let error = #expect(throws: KafkaError.self) {
      try producer.commitTransaction(timeout: patience)
    }
    #expect(error?.isFenced == true)
    #expect(error?.isFatal == true)
  }

  @Test func `an abort of queued records does not wait for its timeout`() throws {
    var producer = try producer([
      "transactional.id": uniqueName("aborted"), "linger.ms": "10000",
    ])
    let topic = try producer.topic("failures")
    try producer.initTransactions(timeout: patience)
    try producer.beginTransaction()
    for index in 0..<1_000 { try producer.produce(topic, value: "\(index)") }
    let start = ContinuousClock.now
    try producer.abortTransaction(timeout: patience)
    #expect(ContinuousClock.now - start < patience / 3)
    try producer.beginTransaction()
    try producer.produce(topic, value: "next")
    try producer.commitTransaction(timeout: patience)
  }

  @Test func `a full queue makes room instead of failing`() throws {
    var producer = try producer([
      "queue.buffering.max.messages": "100", "linger.ms": "1000",
    ])
    let topic = try producer.topic("failures")
    for index in 0..<1_000 { try producer.produce(topic, value: "\(index)") }
    try producer.flush(timeout: patience)
    let records = try readAll(cluster.bootstrapServers, [TopicPartition("failures", 0)])
    #expect(records.map(\.value) == (0..<1_000).map { "\($0)" })
  }

  @Test func `a flush that cannot finish says so after its timeout`() throws {
    var producer = try producer()
    try cluster.setBroker(1, isUp: false)
    try producer.produce(producer.topic("failures"), value: "stuck")
    let error = #expect(throws: KafkaError.self) {
      try producer.flush(timeout: .milliseconds(200))
    }
    #expect(error?.isTimeout == true)
    let stuck = producer.pendingCount
    #expect(stuck == 1)
    producer.purge()
    let left = producer.pendingCount
    #expect(left == 0)
  }

  @Test func `brokers that are down are reported as values`() throws {
    try cluster.setBroker(1, isUp: false)
    var consumer = try KafkaConsumer([
      "bootstrap.servers": cluster.bootstrapServers, "group.id": "down",
    ])
    var names: Set<String> = []
    let end = ContinuousClock.now + patience
    while !names.contains("_ALL_BROKERS_DOWN"), ContinuousClock.now < end {
      if case .error(let error)? = consumer.pollSignal(timeout: .milliseconds(100)) {
        names.insert(error.name)
        #expect(!error.isFatal)
      }
    }
    #expect(names.contains("_ALL_BROKERS_DOWN"))
  }

  @Test func `logs and statistics arrive as values`() throws {
    var consumer = try KafkaConsumer([
      "bootstrap.servers": cluster.bootstrapServers, "group.id": "chatty", "debug": "cgrp",
      "statistics.interval.ms": "50",
    ])
    var hasLog = false
    var hasStatistics = false
    let end = ContinuousClock.now + patience
    while !(hasLog && hasStatistics), ContinuousClock.now < end {
      switch consumer.pollSignal(timeout: .milliseconds(100)) {
      case .log(let line): hasLog = hasLog || !line.message.isEmpty && line.level == 7
      case .statistics(let json): hasStatistics = hasStatistics || json.hasPrefix("{")
      default: break
      }
    }
    #expect(hasLog)
    #expect(hasStatistics)
  }

  @Test func `signals that nobody polls for give way to new ones`() throws {
    var producer = try producer(["debug": "all"])
    let topic = try producer.topic("failures")
    let end = ContinuousClock.now + patience
    while producer.droppedSignalCount == 0, ContinuousClock.now < end {
      try producer.produce(topic, value: "x")
      try producer.flush(timeout: patience)
    }
    let dropped = producer.droppedSignalCount
    let signal = producer.pollSignal()
    #expect(dropped > 0)
    #expect(signal != nil)
  }
}
