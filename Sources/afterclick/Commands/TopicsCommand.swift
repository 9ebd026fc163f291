import ArgumentParser

/// `afterclick topics`: creates what is missing.
struct TopicsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "topics", abstract: "Creates the topics that are missing and checks the others.",
    discussion: """
      The inputs, the internal topics and the outputs, each with the settings it needs. Existing \
      topics are never changed. `run` does the same when it starts.

      EXAMPLES
        afterclick topics --config afterclick.yaml
      """)

  @OptionGroup var options: ConfigurationOptions

  func run() async throws {
    let configuration = try options.load()
    try options.expectBrokers(of: configuration)
    try TopicReport(Composition(configuration: configuration)).show(creating: true)
  }
}
