import ArgumentParser

/// `afterclick check`: is the configuration right?
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Validates a configuration.")

  func run() async throws {}
}
