import ArgumentParser
import Operations
import Pipeline

/// `afterclick check`: is the configuration right?
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Validates a configuration.",
    discussion: """
      Names every mistake with file, line and key. With --connect also asks the brokers: whether \
      they answer, whether the topics are there and as they must be.

      EXAMPLES
        afterclick check --config afterclick.yaml
        afterclick check --config afterclick.yaml --print      the effective configuration
        afterclick check --config afterclick.yaml --connect
      """)

  @OptionGroup var options: ConfigurationOptions

  @Flag(help: "Also look at the brokers and topics.")
  var connect = false

  @Flag(name: .customLong("print"), help: "Print the effective configuration, secrets masked.")
  var prints = false

  func run() async throws {
    let configuration = try options.load()
    for warning in configuration.warnings { Terminal.complain("warning: \(warning)") }
    if prints { print(configuration.effectiveYAML()) }
    if connect {
      try options.expectBrokers(of: configuration)
      try TopicReport(Composition(configuration: configuration)).show(creating: false)
    }
    if !prints, !connect { print("\(options.config): good") }
  }
}
