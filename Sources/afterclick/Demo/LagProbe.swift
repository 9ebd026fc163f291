import Kafka
import Pipeline

/// Asks the broker how far the daemon is behind the shop, as `kafka-consumer-groups` would.
actor LagProbe {
  private let consumer: KafkaConsumer
  private let partitions: [TopicPartition]
  private let executor = ThreadExecutor(name: "lag")

  private static let patience: Duration = .seconds(10)

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// `group` is looked at, not joined.
  init(_ configuration: KafkaConfiguration, topic: String, group: String) throws(KafkaError) {
    var configuration = configuration
    configuration["group.id"] = group
    configuration["client.id"] = "afterclick-demo-lag"
    let consumer = try KafkaConsumer(configuration, membership: .manual)
    let count = try consumer.partitionCount(of: topic, timeout: LagProbe.patience)
    partitions = (0..<count).map { TopicPartition(topic, Int32($0)) }
    self.consumer = consumer
  }

  /// Records of the topic that are not committed; `nil` if the broker does not say.
  func lag() -> Int? {
    do throws(KafkaError) {
      let committed = try consumer.committed(partitions, timeout: LagProbe.patience)
      var lag: Int64 = 0
      for partition in partitions {
        let marks = try consumer.watermarks(of: partition, timeout: LagProbe.patience)
        lag += max(0, marks.high - (committed[partition] ?? marks.low))
      }
      return Int(lag)
    } catch {
      // A coordinator that moves, a broker that is away: the next look will tell.
      return nil
    }
  }
}
