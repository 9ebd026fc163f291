import ArgumentParser

/// `afterclick-bench all`: everything, one after the other, with the defaults.
struct AllCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "all", abstract: "Everything, one after the other.")

  @Option(help: "HOST:PORT of the brokers.") var bootstrap: String?

  func run() throws {
    let brokers = bootstrap.map { ["--bootstrap", $0] } ?? []
    try ReplayCommand.parse([]).run()
    try PipelineCommand.parse([]).run()
    try MemoryCommand.parse([]).run()
    try StateCommand.parse([]).run()
    try AlertsCommand.parse([]).run()
    try KafkaCommand.parse(brokers).run()
    try LatencyCommand.parse(brokers).run()
    try RestartCommand.parse(brokers).run()
  }
}
