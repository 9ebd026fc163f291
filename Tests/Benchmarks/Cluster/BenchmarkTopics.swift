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
      [configuration.conversionsTopic, configuration.journeysTopic].map {
        NewTopic($0, partitions: partitions)
      } + [
        // Its records may be stamped with a time long ago.
        NewTopic(
          configuration.inputTopic, partitions: partitions, configuration: ["retention.ms": "-1"]),
        NewTopic(
          configuration.changelogTopic, partitions: partitions,
          configuration: ["cleanup.policy": "compact"]),
        NewTopic(configuration.deadLettersTopic, partitions: 1),
      ]
    for (name, outcome) in try admin.createTopics(topics, timeout: patience) {
      if case .failed(let error) = outcome { print("\(name): \(error)") }
    }
  }

  /// Takes away what the run has written, and its input unless another run reads that.
  func delete(keepingInput: Bool = false) throws {
    var topics = [
      configuration.conversionsTopic, configuration.journeysTopic, configuration.changelogTopic,
      configuration.deadLettersTopic,
    ]
    if !keepingInput { topics.append(configuration.inputTopic) }
    try KafkaAdmin(producerConfiguration).deleteTopics(topics, timeout: patience)
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

  /// Looks at how far the daemon is behind.
  func lagProbe() throws -> LagProbe {
    try LagProbe(
      bootstrap, input: configuration.inputTopic, journeys: configuration.journeysTopic,
      partitions: partitions)
  }

  /// What a plain consumer has read of one topic, and what that took.
  struct Contents {
    var records = 0
    /// Of keys and values.
    var bytes = 0
    /// From the first connection on: a broker may deliver everything with the first answer.
    var seconds = 0.0
    var cpuSeconds = 0.0
  }

  /// Reads the committed records of `topic` to their end, and does nothing with them.
  func contents(of topic: String) throws -> Contents {
    let start = (instant: ContinuousClock.now, cpu: CPUTime.ofProcess)
    var consumer = try reader(of: topic, from: .beginning)
    var contents = Contents()
    var ended = 0
    let deadline = ContinuousClock.now + .seconds(120)
    while ended < partitions {
      guard ContinuousClock.now < deadline else { throw Failure.unread(topic) }
      while consumer.pollSignal(timeout: .zero) != nil {}
      for fetched in consumer.pollRecords(maximum: 5_000, timeout: .milliseconds(100)) {
        switch fetched {
        case .records(let batch):
          contents.records += batch.count
          batch.forEach { contents.bytes += ($0.key?.count ?? 0) + ($0.value?.count ?? 0) }
        case .endOfPartition: ended += 1
        case .failed: continue
        }
      }
    }
    contents.seconds = (ContinuousClock.now - start.instant).seconds
    contents.cpuSeconds = Double(CPUTime.ofProcess - start.cpu) / 1e9
    try consumer.close(timeout: patience)
    return contents
  }

  enum Failure: Error, CustomStringConvertible {
    case unread(String)

    var description: String {
      switch self {
      case .unread(let topic): "the broker has not delivered all of \(topic) within two minutes"
      }
    }
  }
}
