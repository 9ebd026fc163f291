internal import Foundation
internal import Kafka
internal import Pipeline

/// Gives each life of a worker a transactional id of its own, and ends its earlier lives.
///
/// Registering the instance's stable id raises that id's epoch by one: the epoch numbers the lives.
/// A life writes under `<id>-life-<number>`, after it has registered the ids of the lives right
/// before it, which fences them and aborts what they left open.
///
/// One id for all lives would do for a broker without faults. But then every life writes as the same
/// producer, and a broker that tells readers of transactions aborted long ago (noida-db 0.2.3 does)
/// makes a reader that starts later drop what the producer has written since.
struct ProducerLife {
  /// The transactional id to write under.
  let transactionalID: String

  /// Earlier lives that are ended: the last one, and those that may have crashed before they ended
  /// theirs.
  private static let earlierLives = 3
  /// How long librdkafka may take to say which epoch it was given.
  private static let patience: Duration = .seconds(10)

  /// Registers the stable id in `configuration`, then ends earlier lives. Blocks.
  init(_ configuration: KafkaConfiguration, timeout: Duration) throws(KafkaError) {
    let stableID = configuration["transactional.id"] ?? ""
    let number = try ProducerLife.register(configuration, timeout: timeout)
    for earlier in max(0, number - ProducerLife.earlierLives)..<number {
      var configuration = configuration
      configuration["transactional.id"] = ProducerLife.id(stableID, earlier)
      var producer = try KafkaProducer(configuration)
      try producer.initTransactions(timeout: timeout)
    }
    transactionalID = ProducerLife.id(stableID, number)
  }

  private static func id(_ stableID: String, _ number: Int) -> String {
    "\(stableID)-life-\(number)"
  }

  /// The epoch that the stable id was given; librdkafka tells it only in its statistics.
  private static func register(
    _ configuration: KafkaConfiguration, timeout: Duration
  ) throws(KafkaError) -> Int {
    var configuration = configuration
    configuration["statistics.interval.ms"] = "20"
    var producer = try KafkaProducer(configuration)
    try producer.initTransactions(timeout: timeout)
    let deadline = ContinuousClock.now + patience
    while ContinuousClock.now < deadline {
      while let signal = producer.pollSignal() {
        if case .statistics(let text) = signal, let epoch = epoch(in: text) { return epoch }
      }
      Thread.sleep(forTimeInterval: 0.005)
    }
    // Without its number a life goes by the first: earlier ones then end by their timeout.
    return 0
  }

  /// The number after `"producer_epoch":`; `nil` if there is none yet.
  static func epoch(in statistics: String) -> Int? {
    let name = "\"producer_epoch\":"
    guard let range = statistics.firstRange(of: name) else { return nil }
    let digits = statistics[range.upperBound...].drop { $0 == " " }.prefix { $0.isNumber }
    return Int(digits)
  }
}
