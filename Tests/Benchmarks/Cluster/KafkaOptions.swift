import ArgumentParser
import Foundation

/// The options of every command that needs brokers.
struct KafkaOptions: ParsableArguments {
  @Option(help: "HOST:PORT of the brokers; Scripts/bench starts a test broker where none is given.")
  var bootstrap: String?

  @Option(help: "Partitions of each topic.") var partitions = 8
  @Option(help: "Workers of the daemon.") var workers = 1
  @Option(help: "commit.min_interval of the daemon.") var minInterval = "10ms"
  @Option(help: "NAME=VALUE, a librdkafka property for the daemon; may be repeated.")
  var property: [String] = []

  static let environmentVariable = "AFTERCLICK_TEST_BOOTSTRAP"

  /// The brokers' address.
  func address() throws -> String {
    let environment = ProcessInfo.processInfo.environment
    guard let address = bootstrap ?? environment[KafkaOptions.environmentVariable] else {
      throw ValidationError("--bootstrap is missing; Scripts/bench starts a broker")
    }
    return address
  }

  /// A configuration with topics of its own: runs do not see each other's records.
  func configuration(
    checkpointInterval: String = "30s", stateDirectory: String? = nil
  ) throws -> BenchmarkConfiguration {
    var configuration = BenchmarkConfiguration()
    configuration.application = "bench-\(UInt32.random(in: 0 ... .max))"
    configuration.bootstrap = try address()
    configuration.properties = try property.map { pair in
      guard let equals = pair.firstIndex(of: "=") else {
        throw ValidationError("--property \(pair): expected NAME=VALUE")
      }
      return (String(pair[..<equals]), String(pair[pair.index(after: equals)...]))
    }
    configuration.sections = [
      "processing:",
      "  instance_id: bench",
      "  workers: \(workers)",
      "  journeys_partitions: \(partitions)",
      "  checkpoint_interval: \(checkpointInterval)",
      "  state: " + (stateDirectory.map { "{store: rocksdb, directory: \($0)}" } ?? "{store: memory}"),
      "commit: {min_interval: \(minInterval)}",
    ]
    return configuration
  }
}
