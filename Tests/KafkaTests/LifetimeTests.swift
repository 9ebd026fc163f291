import Kafka
import Testing

/// Everything may be dropped in any order, used or not; a crash or a hang is the failure.
@Suite(.mustNotHang) struct LifetimeTests {
  let cluster: MockCluster

  init() throws {
    cluster = try MockCluster()
    try cluster.createTopic("lives", partitions: 1)
  }

  private var member: KafkaConfiguration {
    [
      "bootstrap.servers": cluster.bootstrapServers, "group.id": "lives",
      "partition.assignment.strategy": "cooperative-sticky", "auto.offset.reset": "earliest",
    ]
  }

  @Test func `unused clients`() throws {
    _ = try KafkaConsumer(member)
    _ = try KafkaConsumer(["bootstrap.servers": "127.0.0.1:1"], membership: .manual)
    _ = try KafkaProducer(["bootstrap.servers": "127.0.0.1:1"])
    _ = try KafkaAdmin(["bootstrap.servers": "127.0.0.1:1"])
    _ = try MockCluster(brokers: 3)
  }

  @Test func `a producer with undelivered records`() throws {
    var producer = try KafkaProducer(["bootstrap.servers": "127.0.0.1:1"])
    let topic = try producer.topic("lives")
    for _ in 0..<100 { try producer.produce(topic, value: "never") }
  }

  @Test func `a producer in the middle of a transaction`() throws {
    var producer = try KafkaProducer([
      "bootstrap.servers": cluster.bootstrapServers, "transactional.id": "lives",
    ])
    try producer.initTransactions(timeout: patience)
    try producer.beginTransaction()
    try producer.produce(producer.topic("lives"), value: "open")
  }

  // librdkafka aborts the process if a cooperative member goes between joining and its first
  // assignment: the number of polls varies the moment.
  @Test(arguments: 0..<12)
  func `a member that has not been assigned anything yet`(polls: Int) throws {
    var consumer = try KafkaConsumer(member)
    try consumer.subscribe(["lives"])
    for _ in 0..<polls { _ = consumer.pollSignal(timeout: .milliseconds(30)) }
  }

  @Test func `a member that closes instead of answering a rebalance`() throws {
    var consumer = try KafkaConsumer(member)
    try consumer.subscribe(["lives"])
    let isReported = eventually(while: { _ = consumer.pollSignal(timeout: .milliseconds(100)) }) {
      consumer.isRebalancing
    }
    #expect(isReported)
    let start = ContinuousClock.now
    try consumer.close(timeout: patience)
    #expect(ContinuousClock.now - start < .seconds(10))
  }

  @Test func `a member with an unanswered rebalance, its group metadata and its handle`() throws {
    var consumer = try KafkaConsumer(member)
    try consumer.subscribe(["lives"])
    var isAssigned = false
    let end = ContinuousClock.now + patience
    while !isAssigned, ContinuousClock.now < end {
      if case .assigned? = consumer.pollSignal(timeout: .milliseconds(100)) { isAssigned = true }
    }
    #expect(isAssigned)
    let handle = consumer.handle
    let metadata = try handle.groupMetadata()
    func drop(_: consuming KafkaConsumer) {}
    drop(consumer)
    withExtendedLifetime(metadata) {}
    // The handle keeps the client alive.
    let committed = try handle.committed([TopicPartition("lives", 0)], timeout: patience)
    #expect(committed == [:])
  }

  @Test func `a cluster before its clients`() throws {
    var cluster: MockCluster? = try MockCluster()
    var producer = try KafkaProducer([
      "bootstrap.servers": #require(cluster).bootstrapServers
    ])
    let topic = try producer.topic("lives")
    try producer.produce(topic, value: "delivered")
    try producer.flush(timeout: patience)
    cluster = nil
    try producer.produce(topic, value: "late")
  }

  @Test func `batches and headers after everything else, from another thread`() throws {
    let batches = try {
      var producer = try KafkaProducer(["bootstrap.servers": cluster.bootstrapServers])
      let topic = try producer.topic("lives")
      for index in 0..<100 {
        try producer.produce(topic, value: "\(index)", headers: [("n", [UInt8(index)])])
      }
      try producer.flush(timeout: patience)
      var consumer = try KafkaConsumer(member, membership: .manual)
      try consumer.assign([PartitionStart(TopicPartition("lives", 0), .beginning)])
      var batches: [RecordBatch] = []
      let end = ContinuousClock.now + patience
      while batches.last?.nextOffset != 100, ContinuousClock.now < end {
        for case .records(let batch) in consumer.pollRecords(
          maximum: 30, timeout: .milliseconds(100))
        { batches.append(batch) }
      }
      return batches
    }()
    let values = try Worker {
      batches.flatMap { batch in
        (0..<batch.count).map { batch.withRecord($0) { $0.headers()[0].value } }
      }
    }.finish()
    #expect(values == (0..<100).map { [UInt8($0)] })
  }
}
