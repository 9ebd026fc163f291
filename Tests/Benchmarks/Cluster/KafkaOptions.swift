import ArgumentParser
import Foundation

/// The options of every command that needs brokers.
struct KafkaOptions: ParsableArguments {
  @Option(help: "HOST:PORT of the brokers; Scripts/bench starts a test broker where none is given.")
  var bootstrap: String?

  @Option(help: "Partitions of each topic.") var partitions = 8
  @Option(help: "Workers of the daemon.") var workers = 1
  @Option(help: "commit.min_interval of the daemon, if not its default.") var minInterval: String?
  @Option(help: "NAME=VALUE, a librdkafka property for the daemon; may be repeated.")
  var property: [String] = []

  /// The brokers' address.
  func brokers() throws -> String { try address("AFTERCLICK_TEST_BOOTSTRAP") }

  /// The address for what counts milliseconds: the test broker's own, without the proxy that
  /// corrects its behaviour and would be most of what is measured.
  func brokersAlone() throws -> String { try address("AFTERCLICK_TEST_BROKER") }

  private func address(_ variable: String) throws -> String {
    guard let address = bootstrap ?? ProcessInfo.processInfo.environment[variable] else {
      throw ValidationError("--bootstrap is missing; Scripts/bench starts a broker")
    }
    return address
  }

  /// A configuration with topics of its own: runs do not see each other's records.
  func configuration(
    brokers: String? = nil, checkpointInterval: String = "30s", stateDirectory: String? = nil
  ) throws -> BenchmarkConfiguration {
    var configuration = BenchmarkConfiguration()
    configuration.application = "bench-\(UInt32.random(in: 0 ... .max))"
    configuration.bootstrap = try brokers ?? self.brokers()
    configuration.properties = try property.map { pair in
      guard let equals = pair.firstIndex(of: "=") else {
        throw ValidationError("--property \(pair): expected NAME=VALUE")
      }
      return (String(pair[..<equals]), String(pair[pair.index(after: equals)...]))
    }
    let state = stateDirectory.map { "{store: rocksdb, directory: \($0)}" } ?? "{store: memory}"
    configuration.sections = [
      "processing:",
      "  instance_id: bench",
      "  workers: \(workers)",
      "  journeys_partitions: \(partitions)",
      "  checkpoint_interval: \(checkpointInterval)",
      "  state: \(state)",
    ]
    if let minInterval { configuration.sections.append("commit: {min_interval: \(minInterval)}") }
    return configuration
  }
}
