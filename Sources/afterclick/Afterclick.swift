import ArgumentParser

/// The command line: reads the arguments, puts the parts together, and decides the exit code.
@main
struct Afterclick: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "afterclick",
    abstract: "Attributes conversions to the touchpoints that earned them, as they happen.",
    discussion: """
      Reads tracking events from Kafka, follows each person's journey, and writes every conversion \
      once, with its path and what each touchpoint earned under several models.

      EXAMPLES
        afterclick demo                              a simulated shop, nothing to install
        afterclick check --config afterclick.yaml    is the configuration right?
        afterclick run --config afterclick.yaml      the daemon
        afterclick replay --config afterclick.yaml --input web-events=events.ndjson

      Exit codes: 0 done, 1 failed, 2 bad usage or configuration.
      """,
    version: Version.text,
    subcommands: [
      RunCommand.self, ReplayCommand.self, ExplainCommand.self, DemoCommand.self,
      SimulateCommand.self,
      CheckCommand.self, TopicsCommand.self,
    ]
  )

  /// Runs the command that the arguments name. Usage errors exit with 2, where the argument parser
  /// by itself would exit with 64.
  static func main() async {
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      let code = exitCode(for: error)
      guard code == .validationFailure else { exit(withError: error) }
      Terminal.complain(fullMessage(for: error))
      exit(withError: ExitCode(2))
    }
  }
}
