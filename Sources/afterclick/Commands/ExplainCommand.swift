import ArgumentParser
import Operations
import Pipeline

/// `afterclick explain`: why was this conversion credited as it was?
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Says why a conversion was credited as it was.",
    discussion: """
      Reads the files as replay does and shows the last revision of one conversion: what it is \
      worth and why, the touchpoints that were considered, what was dropped and by which rule, the \
      channel rule that matched each, and every model's arithmetic. The weights of data_driven are \
      learned from these files; their versions are counted from their beginning.

      The files have to hold what the person did, inside the retention. Whoever has it only in \
      Kafka can fetch it first: kcat -C -e -t web-events > events.ndjson.

      EXAMPLES
        afterclick explain purchase:ord-1001 --config afterclick.yaml \\
          --input web-events=events.ndjson.gz

      Exit codes: 0 done, 1 failed or no such conversion, 2 bad usage or configuration.
      """)

  @Argument(help: "The conversion_id, as in the output: rule:key.")
  var conversionID: String

  @OptionGroup var options: ConfigurationOptions

  @Option(
    help: ArgumentHelp(
      "A file to read in the place of a topic of the configuration. May be repeated.",
      valueName: "topic=file"))
  var input: [String] = []

  func run() throws {
    let configuration = try options.load()
    do {
      let inputs = try ReplayArguments.inputs(input, configuration: configuration)
      guard !inputs.contains(where: { $0.path == ReplayInput.standardInput }) else {
        Terminal.complain("--input: explain reads its files twice, so it needs topic=FILE")
        throw ExitCode(2)
      }
      try explain(inputs, configuration)
    } catch let error as ReplayArguments.Problem {
      Terminal.complain("\(error)")
      throw ExitCode(2)
    } catch let error as ReplayError {
      Terminal.complain("\(error)")
      throw ExitCode(1)
    }
  }

  private func explain(_ inputs: [ReplayInput], _ configuration: Configuration) throws {
    let settings = Replay.Settings(
      rules: configuration.rules, limits: configuration.inputLimits, inputs: inputs,
      insights: configuration.insights)
    guard let answer = try Explainer(settings).explain(conversionID) else {
      Terminal.complain("\(conversionID): no conversion in these files has this id")
      throw ExitCode(1)
    }
    print(ExplanationText(answer, rules: configuration.rules).text, terminator: "")
  }
}
