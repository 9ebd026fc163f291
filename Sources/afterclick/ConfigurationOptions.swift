import ArgumentParser
import Foundation
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
      return try Configuration.load(
        path: config, environment: ProcessInfo.processInfo.environment)
    } catch {
      for line in error.lines { Terminal.complain(line) }
      throw ExitCode(2)
    }
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
