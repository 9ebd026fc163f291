import ArgumentParser
import Foundation
import Kafka
import Logging
import Operations

/// The options of every command that reads a configuration.
struct ConfigurationOptions: ParsableArguments {
  @Option(name: [.long, .short], help: "The configuration, a YAML file.")
  var config: String = ProcessInfo.processInfo.environment["AFTERCLICK_CONFIG"] ?? "afterclick.yaml"

  @Option(help: "trace, debug, info, notice, warning, error or critical.")
  var logLevel: String?

  /// Reads and checks the configuration; what is wrong goes to standard error, with exit code 2.
  func load() throws -> Configuration {
    do {
      return try Configuration.load(config)
    } catch {
      for line in error.lines { Terminal.complain(line) }
      throw ExitCode(2)
    }
  }

  func validate() throws {
    guard logLevel != nil else { return }
    do {
      _ = try LogOutput.level(option: logLevel, environment: [:])
    } catch {
      throw ValidationError("\(error)")
    }
  }

  /// Ends with exit code 2 if something keeps the configuration from being used with brokers.
  func expectBrokers(of configuration: Configuration) throws {
    let obstacles = configuration.obstaclesToRunning()
    guard !obstacles.isEmpty else { return }
    ConfigurationError(file: config, problems: obstacles).lines.forEach(Terminal.complain)
    throw ExitCode(2)
  }

  /// Sets up logging; to be called once.
  func startLogging() throws -> Logger {
    let environment = ProcessInfo.processInfo.environment
    do {
      let level = try LogOutput.level(option: logLevel, environment: environment)
      LogOutput.install(level: level, environment: environment)
    } catch {
      Terminal.complain("\(error)")
      throw ExitCode(2)
    }
    return Logger(label: "afterclick")
  }
}

extension Configuration {
  /// Reads and checks the file at `path` with what the environment overrides, and has librdkafka
  /// look at its properties.
  static func load(_ path: String) throws(ConfigurationError) -> Configuration {
    try load(path: path, environment: ProcessInfo.processInfo.environment) { property in
      switch KafkaConfiguration.objection(to: property.name, value: property.value) {
      case nil: nil
      case .name: .unknownName
      case .value(let reason): .value(reason: reason)
      }
    }
  }
}
