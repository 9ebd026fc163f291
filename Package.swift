// swift-tools-version: 6.2
import PackageDescription

// Targets are listed in the order in which a record meets them: from the C libraries up to the
// command line. Each target's first source file states its one responsibility.

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .treatAllWarnings(as: .error),
]

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let serviceLifecycle = Target.Dependency.product(
  name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(
  name: "UnixSignals", package: "swift-service-lifecycle")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
  name: "afterclick",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "afterclick", targets: ["afterclick"]),
    .executable(name: "afterclick-bench", targets: ["afterclick-bench"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(
      url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1",
      traits: []),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    // C and C++ libraries, from Debian.
    .systemLibrary(
      name: "CRdKafka", pkgConfig: "rdkafka", providers: [.apt(["librdkafka-dev"])]),
    .systemLibrary(
      name: "CRocksDB", pkgConfig: nil, providers: [.apt(["librocksdb-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .target(name: "CSimdJSON", linkerSettings: [.linkedLibrary("simdjson")]),
    .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2")]),

    // Pure: values decide.
    .target(name: "Attribution", dependencies: ["CCrypto", "CRE2"], swiftSettings: strict),
    .target(name: "Insights", dependencies: ["Attribution"], swiftSettings: strict),
    .target(
      name: "Formats", dependencies: ["Attribution", "CSimdJSON", "Insights"],
      swiftSettings: strict),
    .target(
      name: "Stages", dependencies: ["Attribution", "Formats", "Insights"], swiftSettings: strict),

    // Shells: actors perform.
    .target(
      name: "Kafka", dependencies: ["CRdKafka"],
      swiftSettings: strict + [.strictMemorySafety()]),
    .target(
      name: "Pipeline",
      dependencies: [
        "Attribution", "CRocksDB", "CZlib", "CZstd", "Formats", "Insights", "Stages", logging,
      ],
      swiftSettings: strict),
    .target(
      name: "KafkaTransport", dependencies: ["Kafka", "Pipeline", "Stages", logging],
      swiftSettings: strict),
    .target(
      name: "Operations",
      dependencies: [
        "Attribution", "Formats", "Insights", "Stages", "Pipeline", hummingbirdCore, httpTypes,
        logging,
        nioCore, nioPosix,
        serviceLifecycle, yams,
      ],
      swiftSettings: strict),
    .target(
      name: "Simulation", dependencies: ["Attribution", "Formats", "Stages"],
      swiftSettings: strict),
    .executableTarget(
      name: "afterclick",
      dependencies: [
        "Kafka", "KafkaTransport", "Operations", "Pipeline", "Simulation", "Stages",
        "Attribution", "Formats", argumentParser, logging, unixSignals,
      ],
      swiftSettings: strict),

    // Measures; nothing depends on it.
    .executableTarget(
      name: "afterclick-bench",
      dependencies: [
        "Attribution", "Formats", "Insights", "Kafka", "KafkaTransport", "Operations", "Pipeline",
        "Simulation", "Stages", argumentParser, logging,
      ],
      path: "Tests/Benchmarks", swiftSettings: strict),

    .testTarget(name: "AttributionTests", dependencies: ["Attribution"], swiftSettings: strict),
    .testTarget(
      name: "InsightsTests", dependencies: ["Insights", "Attribution"], swiftSettings: strict),
    .testTarget(
      name: "FormatsTests", dependencies: ["Formats", "Attribution", "Insights"],
      swiftSettings: strict),
    .testTarget(
      name: "AfterclickTests",
      dependencies: [
        "afterclick", "Operations", "Attribution", "Pipeline", "Simulation", argumentParser,
      ],
      swiftSettings: strict),
    // Runs the built `afterclick` beside a real broker.
    .testTarget(
      name: "IntegrationTests", dependencies: ["Attribution", "Kafka", "Pipeline", "Simulation"],
      swiftSettings: strict),
    .testTarget(name: "KafkaTests", dependencies: ["Kafka"], swiftSettings: strict),
    .testTarget(
      name: "OperationsTests",
      dependencies: ["Operations", "Attribution", "Insights", "Stages", "Pipeline", yams],
      swiftSettings: strict),
    .testTarget(
      name: "PipelineTests",
      dependencies: [
        "Pipeline", "Attribution", "CZlib", "CZstd", "Formats", "Insights", "Operations",
        "Simulation", "Stages", logging,
      ],
      swiftSettings: strict),
    .testTarget(
      name: "SimulationTests", dependencies: ["Simulation", "Attribution"], swiftSettings: strict),
    .testTarget(
      name: "StagesTests",
      dependencies: ["Stages", "Attribution", "Formats", "Insights", "Simulation"],
      swiftSettings: strict),
    .testTarget(name: "TidyTests", swiftSettings: strict),
  ],
  cxxLanguageStandard: .cxx17
)
