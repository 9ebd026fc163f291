import Foundation
import Kafka

/// How far the daemon is behind, as the broker knows it.
struct LagProbe: ~Copyable {
  enum Failure: Error, CustomStringConvertible {
    case stuck(Int64)

    var description: String {
      switch self {
      case .stuck(let lag):
        "no progress for half a minute, with \(lag) records to go; the test broker cannot deliver "
          + "a backlog of more than some 200,000 events"
      }
    }
  }

  private let consumer: KafkaConsumer
  private let input: [TopicPartition]
  private let journeys: [TopicPartition]
  private static let patience: Duration = .seconds(30)

  init(
    _ configuration: KafkaConfiguration, input: String, journeys: String, partitions: Int
  ) throws {
    consumer = try KafkaConsumer(configuration, membership: .manual)
    self.input = (0..<Int32(partitions)).map { TopicPartition(input, $0) }
    self.journeys = (0..<Int32(partitions)).map { TopicPartition(journeys, $0) }
  }

  /// Records of the input and the journeys log that the daemon has not committed yet.
  func lag() throws -> Int64 {
    // The end of a log that is written in transactions is a marker that nobody reads: one record of
    // lag is none.
    try lag(of: input, allowance: 0) + lag(of: journeys, allowance: 1)
  }

  private func lag(of partitions: [TopicPartition], allowance: Int64) throws -> Int64 {
    let committed = try consumer.committed(partitions, timeout: LagProbe.patience)
    return try partitions.reduce(0) { lag, partition in
      let end = try consumer.watermarks(of: partition, timeout: LagProbe.patience).high
      return lag + max(0, end - (committed[partition] ?? 0) - allowance)
    }
  }

  /// Returns once `daemon` has committed everything.
  func waitForNone(_ daemon: Daemon) throws {
    var last: (lag: Int64, since: ContinuousClock.Instant)?
    while true {
      try daemon.check()
      let lag = try lag()
      if lag == 0 { return }
      if lag != last?.lag { last = (lag, .now) }
      guard let last, ContinuousClock.now - last.since < LagProbe.patience else {
        throw Failure.stuck(lag)
      }
      Thread.sleep(forTimeInterval: 0.05)
    }
  }
}
