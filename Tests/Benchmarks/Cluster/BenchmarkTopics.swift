import Foundation
import Kafka

/// The topics of one run: made, filled, watched and read.
struct BenchmarkTopics {
  let configuration: BenchmarkConfiguration
  let partitions: Int
  private let patience: Duration = .seconds(30)

  private var bootstrap: KafkaConfiguration {
    KafkaConfiguration([
      ("bootstrap.servers", configuration.bootstrap ?? ""), ("queued.min.messages", "1000000"),
      ("isolation.level", "read_committed"), ("enable.partition.eof", "true"),
      ("group.id", configuration.application),
    ])
  }

  func create() throws {
    let admin = try KafkaAdmin(producerConfiguration)
    let topics =
      [
        configuration.inputTopic, configuration.conversionsTopic, configuration.journeysTopic,
      ].map { NewTopic($0, partitions: partitions) } + [
        NewTopic(
          configuration.changelogTopic, partitions: partitions,
          configuration: ["cleanup.policy": "compact"]),
        NewTopic(configuration.deadLettersTopic, partitions: 1),
      ]
    for (name, outcome) in try admin.createTopics(topics, timeout: patience) {
      if case .failed(let error) = outcome { print("\(name): \(error)") }
    }
  }

  /// Takes away what the run has written.
  func delete() throws {
    try KafkaAdmin(producerConfiguration).deleteTopics(
      [
        configuration.inputTopic, configuration.conversionsTopic, configuration.journeysTopic,
        configuration.changelogTopic, configuration.deadLettersTopic,
      ], timeout: patience)
  }

  private var producerConfiguration: KafkaConfiguration {
    KafkaConfiguration([("bootstrap.servers", configuration.bootstrap ?? "")])
  }

  /// A producer for the input.
  func producer() throws -> KafkaProducer {
    try KafkaProducer(
      producerConfiguration.merging(defaults: [
        "linger.ms": "1", "queue.buffering.max.messages": "1000000",
        "queue.buffering.max.kbytes": "262144",
      ]))
  }

  /// A reader of every partition of `topic`, as a downstream consumer would read it.
  func reader(of topic: String, from position: PartitionStart.Position) throws -> KafkaConsumer {
    var consumer = try KafkaConsumer(bootstrap, membership: .manual)
    try consumer.assign(
      (0..<Int32(partitions)).map { PartitionStart(TopicPartition(topic, $0), position) })
    return consumer
  }

  /// Records of the input and the journeys log that the daemon has not committed yet.
  ///
  /// The end of a log that is written in transactions is a marker that nobody reads: one record of
  /// lag is none.
  func lag() throws -> Int64 {
    let consumer = try KafkaConsumer(bootstrap, membership: .manual)
    var lag: Int64 = 0
    for topic in [configuration.inputTopic, configuration.journeysTopic] {
      let all = (0..<Int32(partitions)).map { TopicPartition(topic, $0) }
      let committed = try consumer.committed(all, timeout: patience)
      for partition in all {
        let end = try consumer.watermarks(of: partition, timeout: patience).high
        lag += max(0, end - (committed[partition] ?? 0) - (topic == configuration.journeysTopic ? 1 : 0))
      }
    }
    return lag
  }

  /// Committed records of `topic` and the bytes of their keys and values.
  func contents(of topic: String) throws -> (records: Int, bytes: Int) {
    var consumer = try reader(of: topic, from: .beginning)
    var records = 0
    var bytes = 0
    var ended = 0
    let deadline = ContinuousClock.now + .seconds(120)
    while ended < partitions, ContinuousClock.now < deadline {
      while consumer.pollSignal(timeout: .zero) != nil {}
      for fetched in consumer.pollRecords(maximum: 5_000, timeout: .milliseconds(100)) {
        switch fetched {
        case .records(let batch):
          records += batch.count
          batch.forEach { bytes += ($0.key?.count ?? 0) + ($0.value?.count ?? 0) }
        case .endOfPartition: ended += 1
        case .failed: continue
        }
      }
    }
    try consumer.close(timeout: patience)
    return (records, bytes)
  }
}
