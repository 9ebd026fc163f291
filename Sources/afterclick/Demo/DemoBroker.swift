import Kafka

/// The brokers that the demo runs on.
enum DemoBroker {
  /// In this process; gone with it.
  case embedded(MockCluster)
  /// Elsewhere. A temporary one is gone when the demo is.
  case cluster(String, isTemporary: Bool)

  /// Of every topic: one is enough for one shop.
  static let partitions = 1
  private static let patience: Duration = .seconds(5)

  /// Starts brokers in this process, or asks whether those at `bootstrapServers` answer.
  static func open(
    _ bootstrapServers: String?, isTemporary: Bool
  ) throws(KafkaError) -> DemoBroker {
    guard let bootstrapServers else { return .embedded(try MockCluster()) }
    let admin = try KafkaAdmin([
      "bootstrap.servers": bootstrapServers, "client.id": "afterclick-demo",
    ])
    _ = try admin.partitionCounts(of: [], timeout: patience)
    return .cluster(bootstrapServers, isTemporary: isTemporary)
  }

  var bootstrapServers: String {
    switch self {
    case .embedded(let cluster): cluster.bootstrapServers
    case .cluster(let servers, _): servers
    }
  }

  var guarantee: DemoConfiguration.Guarantee {
    switch self {
    case .embedded: .atLeastOnce
    case .cluster: .exactlyOnce
    }
  }

  /// Who they are, and what that means for what is shown.
  var introduction: String {
    switch self {
    case .embedded:
      "embedded broker (no transactions, ~5 MB a partition)"
    case .cluster(let servers, _):
      "broker \(servers)"
    }
  }
}
