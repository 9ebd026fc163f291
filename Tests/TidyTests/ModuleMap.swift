/// Which module may know of which: the architecture, as a table.
enum ModuleMap {
  /// Our own modules, each with those that it may import.
  static let arrows: [String: Set<String>] = [
    "CRdKafka": [], "CRocksDB": [], "CSimdJSON": [], "CRE2": [], "CCrypto": [], "CZlib": [],
    "CZstd": [],
    "Kafka": ["CRdKafka"],
    "Attribution": ["CCrypto", "CRE2"],
    "Insights": ["Attribution"],
    "Formats": ["Attribution", "Insights", "CSimdJSON"],
    "Stages": ["Attribution", "Insights", "Formats"],
    "Pipeline": ["Attribution", "Insights", "Formats", "Stages", "CRocksDB", "CZlib", "CZstd"],
    "KafkaTransport": ["Kafka", "Pipeline", "Stages"],
    "Operations": ["Attribution", "Insights", "Formats", "Stages", "Pipeline"],
    "Simulation": ["Attribution", "Insights", "Formats", "Stages"],
    "afterclick": [
      "Attribution", "Insights", "Formats", "Stages", "Kafka", "Pipeline", "KafkaTransport",
      "Operations", "Simulation",
    ],
  ]

  private static let c: Set<String> = ["Glibc", "Darwin"]

  /// What comes from elsewhere. The pure modules get a C library's mathematics at the most; only
  /// the second opinion of `Simulation` may ask Foundation.
  static let foreign: [String: Set<String>] = [
    "Attribution": c,
    "Insights": c,
    "Kafka": ["Synchronization"],
    "Pipeline": c.union(["Foundation", "Logging", "Synchronization"]),
    "KafkaTransport": ["Foundation", "Logging", "Synchronization"],
    "Operations": c.union([
      "Foundation", "FoundationNetworking", "HTTPTypes", "HummingbirdCore", "Logging", "NIOCore",
      "NIOPosix",
      "ServiceLifecycle", "Synchronization", "Yams",
    ]),
    "Simulation": c.union(["Foundation"]),
    "afterclick": c.union([
      "ArgumentParser", "Foundation", "Logging", "Synchronization", "UnixSignals",
    ]),
  ]

  static func mayImport(_ module: String, from importer: String) -> Bool {
    arrows[importer]?.contains(module) ?? false || foreign[importer]?.contains(module) ?? false
  }
}
