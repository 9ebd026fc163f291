import ArgumentParser

/// `afterclick-bench`: measures what the design promises, and prints each figure beside the ceiling
/// or the peer it is to be compared with.
@main
struct AfterclickBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "afterclick-bench",
    abstract: "Measures Afterclick.",
    discussion: """
      Every figure is printed beside the ceiling or the peer it has to be compared with; where \
      those come from is said in the table. CPU time is the measure, because it holds on a machine \
      that is shared: ratios of one run are more to be trusted than figures of two.

      EXAMPLES
        Scripts/bench pipeline
        Scripts/bench kafka --bootstrap localhost:9092
      """,
    subcommands: [
      ReplayCommand.self, PipelineCommand.self, FormatsCommand.self, MemoryCommand.self,
      MemoryProbeCommand.self, StateCommand.self, KafkaCommand.self, LatencyCommand.self,
      RestartCommand.self, AlertsCommand.self, AllCommand.self,
    ])
}
