import ArgumentParser
import Attribution
import Foundation
import Operations
import Pipeline

/// `afterclick replay`: what would have come of these files?
struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Attributes the events of files, without Kafka.",
    discussion: """
      Reads each file in the place of its topic, in the order given, one record per line: JSON \
      (NDJSON) or Snowplow's TSV. In any other file whose name ends with .csv or .tsv, the first \
      line names the columns, and each other is an object of them. What is compressed with gzip or \
      zstd is read as it is. The same files give the same output every time; what is emitted \
      carries the time of the events.

      Without --output, attributed conversions go to standard output, a JSON object per line, and \
      lines that are no events are only counted. With it, DIR/attributed-conversions.ndjson and \
      DIR/dead-letters.ndjson are written; older ones are replaced. Where the configuration has \
      funnels, alerts or reports, DIR/funnel-alerts.ndjson and DIR/channel-reports.ndjson are, too.

      EXAMPLES
        afterclick replay --config afterclick.yaml --input web-events=events.ndjson.gz
        afterclick replay --config afterclick.yaml --output march \\
          --input web-events=march.ndjson.zst --input crm-stages=stages.ndjson
        kcat -C -e -t web-events | afterclick replay --config afterclick.yaml | head

      Exit codes: 0 done, 1 failed, 2 bad usage or configuration.
      """)

  @OptionGroup var options: ConfigurationOptions

  @Option(
    help: ArgumentHelp(
      """
      A file to read in the place of a topic of the configuration; - is standard input, which a \
      configuration with one topic also reads by default. May be repeated.
      """,
      valueName: "topic=file"))
  var input: [String] = []

  @Option(help: ArgumentHelp("The directory to write results to.", valueName: "dir"))
  var output: String?

  func run() throws {
    let configuration = try options.load()
    for warning in configuration.warnings { Terminal.complain("warning: \(warning)") }
    do {
      let inputs = try ReplayArguments.inputs(input, configuration: configuration)
      try replay(inputs, configuration)
    } catch let error as ReplayArguments.Problem {
      Terminal.complain("\(error)")
      throw ExitCode(2)
    } catch ReplayError.outputClosed {
      // `afterclick replay … | head` has all it wanted.
      throw ExitCode.success
    } catch let error as ReplayError {
      Terminal.complain("\(error)")
      throw ExitCode(1)
    }
  }

  private func replay(_ inputs: [ReplayInput], _ configuration: Configuration) throws {
    // A reader that goes away then shows as an error of the next write.
    signal(SIGPIPE, SIG_IGN)
    let settings = Replay.Settings(
      rules: configuration.rules, limits: configuration.inputLimits, inputs: inputs,
      insights: configuration.insights)
    var replay = try Replay(
      settings, conversions: try conversionsWriter(), deadLetters: try deadLettersWriter(),
      erasures: try erasuresWriter(configuration),
      alerts: try insightsWriter("funnel-alerts", configuration),
      reports: try insightsWriter("channel-reports", configuration))
    var display = ReplayDisplay(resultsOnStandardOutput: output == nil)
    let report = try replay.run { display.show($0) }
    display.finish(report)
  }

  private func conversionsWriter() throws -> LineWriter {
    guard let output else { return .standardOutput() }
    do {
      try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
    } catch {
      Terminal.complain("\(output): cannot be created as a directory")
      throw ExitCode(1)
    }
    return try LineWriter(replacing: "\(output)/attributed-conversions.ndjson")
  }

  private func erasuresWriter(_ configuration: Configuration) throws -> LineWriter? {
    guard let output, configuration.rules.consent.erases != nil else { return nil }
    return try LineWriter(replacing: "\(output)/erasures.ndjson")
  }

  private func insightsWriter(
    _ name: String, _ configuration: Configuration
  ) throws -> LineWriter? {
    guard let output, configuration.insights != nil else { return nil }
    return try LineWriter(replacing: "\(output)/\(name).ndjson")
  }

  private func deadLettersWriter() throws -> LineWriter? {
    guard let output else { return nil }
    return try LineWriter(replacing: "\(output)/dead-letters.ndjson")
  }
}
