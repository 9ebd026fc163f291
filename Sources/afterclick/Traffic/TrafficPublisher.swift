import Attribution
import Kafka
import Pipeline
import Simulation

/// Produces simulated traffic to a topic.
///
/// It has a thread of its own: producing blocks while the queue is full.
actor TrafficPublisher: TrafficDestination {
  private var producer: KafkaProducer
  private let topic: TopicHandle
  private let executor = ThreadExecutor(name: "traffic")

  /// How long the end of the traffic waits for the brokers.
  private static let patience: Duration = .seconds(30)

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  init(_ configuration: KafkaConfiguration, topic: String) throws(KafkaError) {
    var producer = try KafkaProducer(
      configuration.merging(defaults: [
        "client.id": "afterclick-simulated-shop",
        "compression.codec": "lz4",
        // Events come one by one; the broker should not wait for company.
        "linger.ms": "1",
        "queue.buffering.max.messages": "1000000",
      ]))
    self.topic = try producer.topic(topic)
    self.producer = producer
  }

  func send(_ records: [TrafficRecord]) throws(KafkaError) {
    for record in records {
      try TrafficPublisher.withBytes(record.key) { (key) throws(KafkaError) in
        try TrafficPublisher.withBytes(record.value) { (value) throws(KafkaError) in
          // When it was delivered, as in a topic that has kept a past: it is what the daemon
          // measures clocks by.
          try producer.produce(
            topic: topic, key: key, value: value, timestamp: record.at.milliseconds)
        }
      }
    }
    // Nobody reads librdkafka's log here; what is fatal comes back as an error.
    while producer.pollSignal() != nil {}
  }

  func finish() throws(KafkaError) {
    try producer.flush(timeout: TrafficPublisher.patience)
  }

  private static func withBytes(
    _ bytes: [UInt8]?, _ body: (UnsafeRawBufferPointer?) throws(KafkaError) -> Void
  ) throws(KafkaError) {
    guard let bytes else { return try body(nil) }
    // `withUnsafeBytes` forgets the type of what is thrown.
    let result = bytes.withUnsafeBytes { buffer -> Result<Void, KafkaError> in
      do throws(KafkaError) {
        return .success(try body(buffer))
      } catch {
        return .failure(error)
      }
    }
    try result.get()
  }
}
