import Kafka
import Pipeline

/// Reads conversions and alerts as any application would: from the end of their topics, only what
/// is committed.
actor ResultReader {
  private var consumer: KafkaConsumer
  private let alerts: String
  private let executor = ThreadExecutor(name: "reader")

  private static let patience: Duration = .seconds(10)

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  init(
    _ configuration: KafkaConfiguration, conversions: String, alerts: String
  ) throws(KafkaError) {
    var consumer = try KafkaConsumer(
      configuration.merging(defaults: [
        "client.id": "afterclick-demo-reader",
        "isolation.level": "read_committed",
      ]), membership: .manual)
    var starts: [PartitionStart] = []
    for topic in [conversions, alerts] {
      let count = try consumer.partitionCount(of: topic, timeout: ResultReader.patience)
      for number in 0..<count {
        // The place is fixed now: what the daemon writes before the first fetch is read too.
        let partition = TopicPartition(topic, Int32(number))
        let end = try consumer.watermarks(of: partition, timeout: ResultReader.patience).high
        starts.append(PartitionStart(partition, .offset(end)))
      }
    }
    try consumer.assign(starts)
    self.consumer = consumer
    self.alerts = alerts
  }

  /// Reads until cancelled.
  func run(into monitor: DemoMonitor) async throws {
    while !Task.isCancelled {
      while consumer.pollSignal(timeout: .zero) != nil {}
      let fetched = consumer.pollRecords(maximum: 1_000, timeout: .milliseconds(50))
      let instant = ContinuousClock.now
      var conversions: [DemoConversion] = []
      var changes: [DemoAlert] = []
      for case .records(let batch) in fetched {
        if batch.partition.topic == alerts {
          try batch.forEach { (record) throws(DemoAlert.Unreadable) in
            if let value = record.value { changes.append(try DemoAlert(json: value)) }
          }
        } else {
          try batch.forEach { (record) throws(DemoConversion.Unreadable) in
            if let value = record.value { conversions.append(try DemoConversion(json: value)) }
          }
        }
      }
      if !conversions.isEmpty { await monitor.read(conversions, at: instant) }
      if !changes.isEmpty { await monitor.read(changes) }
      await Task.yield()
    }
  }
}
