import Kafka
import Pipeline

/// Reads the conversions topic as any application would: from its end, only what is committed.
actor ConversionReader {
  private var consumer: KafkaConsumer
  private let executor = ThreadExecutor(name: "reader")

  private static let patience: Duration = .seconds(10)

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  init(_ configuration: KafkaConfiguration, topic: String) throws(KafkaError) {
    var consumer = try KafkaConsumer(
      configuration.merging(defaults: [
        "client.id": "afterclick-demo-reader",
        "isolation.level": "read_committed",
      ]), membership: .manual)
    let count = try consumer.partitionCount(of: topic, timeout: ConversionReader.patience)
    var starts: [PartitionStart] = []
    for number in 0..<count {
      // The place is fixed now: what the daemon writes before the first fetch is read too.
      let partition = TopicPartition(topic, Int32(number))
      let end = try consumer.watermarks(of: partition, timeout: ConversionReader.patience).high
      starts.append(PartitionStart(partition, .offset(end)))
    }
    try consumer.assign(starts)
    self.consumer = consumer
  }

  /// Reads until cancelled.
  func run(into monitor: DemoMonitor) async throws {
    while !Task.isCancelled {
      while consumer.pollSignal(timeout: .zero) != nil {}
      let fetched = consumer.pollRecords(maximum: 1_000, timeout: .milliseconds(50))
      let instant = ContinuousClock.now
      var conversions: [DemoConversion] = []
      for case .records(let batch) in fetched {
        try batch.forEach { (record) throws(DemoConversion.Unreadable) in
          if let value = record.value { conversions.append(try DemoConversion(json: value)) }
        }
      }
      if !conversions.isEmpty { await monitor.read(conversions, at: instant) }
      await Task.yield()
    }
  }
}
