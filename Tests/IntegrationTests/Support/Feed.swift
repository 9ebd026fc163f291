import Foundation
import Kafka
import Simulation
import Synchronization

/// Produces a shop's traffic at a steady rate until it is told to stop, on a thread of its own.
final class Feed: Sendable {
  struct Settings: Sendable {
    var topic: String
    var partitions: Int
    var traffic: ShopTrafficSettings
    var seed: UInt64
    /// Records per second of real time.
    var rate: Int
    /// It stops by itself after this many records.
    var limit: Int
  }

  private let settings: Settings
  private let shouldStop = Mutex(false)
  private let produced = Mutex(0)

  init(_ settings: Settings) { self.settings = settings }

  /// Records produced so far.
  var count: Int { produced.withLock { $0 } }

  /// Makes `run` end after what it has produced is stored.
  func stop() { shouldStop.withLock { $0 = true } }

  /// Produces until `stop()`, or until the limit; returns once everything is stored.
  func run() throws {
    var traffic = ShopTraffic(
      settings.traffic, generator: SeededGenerator(seed: settings.seed))
    var choices = SeededGenerator(seed: settings.seed &+ 1)
    var producer = try KafkaProducer(["bootstrap.servers": TestBroker.bootstrapServers])
    let topic = try producer.topic(settings.topic)
    let start = ContinuousClock.now
    while !shouldStop.withLock({ $0 }) {
      let due = Int((ContinuousClock.now - start).inSeconds * Double(settings.rate))
      while count < min(due, settings.limit), let record = traffic.next() {
        // Any partition: what belongs together comes apart, as inputs without a key do.
        let partition = Int32(choices.below(settings.partitions))
        // Stamped now: brokers delete records by their stamp, and the traffic is of last spring.
        try producer.produce(
          topic: topic, partition: partition, key: record.key, value: record.value)
        produced.withLock { $0 += 1 }
      }
      if count >= settings.limit { break }
      // Sends what is queued, and waits no longer than that takes.
      try producer.flush(timeout: patience)
      Thread.sleep(forTimeInterval: 0.01)
    }
    try producer.flush(timeout: patience)
  }
}

extension KafkaProducer {
  /// Produces a copy of arrays; `nil` for the key or the value means none.
  mutating func produce(
    topic: TopicHandle, partition: Int32?, key: [UInt8]?, value: [UInt8]?,
    headers: [(name: String, value: [UInt8]?)] = [], timestamp: Int64? = nil
  ) throws {
    // Typed throws do not pass through `withUnsafeBytes`, hence the result.
    let result: Result<Void, KafkaError> = withBytes(of: key) { key in
      withBytes(of: value) { value in
        do throws(KafkaError) {
          try produce(
            topic: topic, partition: partition, key: key, value: value, headers: headers,
            timestamp: timestamp)
          return .success(())
        } catch {
          return .failure(error)
        }
      }
    }
    try result.get()
  }
}

private func withBytes<Result>(
  of bytes: [UInt8]?, _ body: (UnsafeRawBufferPointer?) -> Result
) -> Result {
  guard let bytes else { return body(nil) }
  return bytes.withUnsafeBytes { body($0) }
}
