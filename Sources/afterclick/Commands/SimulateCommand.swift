import ArgumentParser
import Attribution
import Formats
import Foundation
import Kafka
import KafkaTransport
import Operations
import Pipeline
import Simulation
import UnixSignals

/// `afterclick simulate`: the traffic of a shop, to try things out with.
struct SimulateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate", abstract: "Sends the traffic of a simulated shop.",
    discussion: """
      People come from ads, searches, newsletters and by themselves, look around, sign up and order; \
      one event in four is a touchpoint or a conversion. The events are Segment's. They go to the \
      first input topic of the configuration that is in this format, paced, with the time of day in \
      them; or with --output, which needs no configuration, to a file as fast as possible, in \
      simulated time. The same seed and options give the same events. Records carry the time at which \
      they would have been delivered: with an early --start, a topic's retention may delete them.

      EXAMPLES
        afterclick simulate --config afterclick.yaml --rate 200
        afterclick simulate --rate 50 --duration 10m --garbage-share 0.01
        afterclick simulate --rate 100 --count 1000000 --output events.ndjson
        afterclick simulate --duration 1h --output - | head -3
      """)

  @OptionGroup var options: ConfigurationOptions
  @Option(help: "Events per second on average.")
  var rate = 100.0
  @Option(help: "End after so many events.")
  var count: Int?
  @Option(help: "End after so much simulated time, such as 60s or 10m.")
  var duration: DurationArgument?
  @Option(help: "The topic, if not the first in the configuration.")
  var topic: String?
  @Option(help: "Write NDJSON to this file instead; - is standard output.")
  var output: String?
  @Option(help: "What chance is drawn from.")
  var seed: UInt64 = 1
  @Option(help: "How many people there are.")
  var people = 100_000
  @Option(help: "Share of events that arrive late, by up to six hours.")
  var lateShare = 0.02
  @Option(help: "Share of events that arrive twice.")
  var duplicateShare = 0.01
  @Option(help: "Records that cannot be read, per event.")
  var garbageShare = 0.0
  @Option(
    help: "Where simulated time starts, in RFC 3339. (default: now; unpaced 2026-03-02T00:00:00Z)")
  var start: TimeArgument?
  @Flag(help: "Pace or not. (default: pace to a topic, do not to a file)")
  var pace: Pace?

  /// How simulated time passes.
  enum Pace: String, EnumerableFlag {
    /// Like the time of day.
    case realtime
    /// As fast as possible.
    case fast
  }

  private var isPaced: Bool { (pace ?? (output == nil ? .realtime : .fast)) == .realtime }

  func validate() throws {
    guard rate > 0, rate <= 10_000_000 else {
      throw ValidationError("--rate: expected a number above 0, up to 10000000")
    }
    guard (1...100_000_000).contains(people) else {
      throw ValidationError("--people: expected a number from 1 to 100000000")
    }
    if let count, count < 1 { throw ValidationError("--count: expected a number from 1 up") }
    let shares = [
      ("--late-share", lateShare), ("--duplicate-share", duplicateShare),
      ("--garbage-share", garbageShare),
    ]
    for (name, share) in shares where !(0...1).contains(share) {
      throw ValidationError("\(name): expected a number from 0 to 1")
    }
    if topic != nil, output != nil {
      throw ValidationError("--topic and --output: expected only one of them")
    }
    if !isPaced, output != "-", count == nil, duration == nil {
      throw ValidationError("--count or --duration is needed: nothing else would end it")
    }
  }

  func run() async throws {
    do {
      let (destination, name) = try destination()
      let run = SimulationRun(
        settings: settings, seed: seed, isPaced: isPaced, maximumEvents: count,
        duration: duration?.span, destination: destination)
      try await perform(run, to: name)
    } catch let error as KafkaError {
      Terminal.complain("\(error)")
      throw ExitCode(1)
    } catch let error as LineFile.Problem {
      Terminal.complain("\(error)")
      throw ExitCode(1)
    }
  }

  private var settings: ShopTrafficSettings {
    var settings = ShopTrafficSettings()
    settings.people = people
    settings.eventsPerSecond = rate
    settings.shareLate = lateShare
    settings.shareDuplicated = duplicateShare
    settings.shareGarbage = garbageShare
    if let start {
      settings.start = start.time
    } else if isPaced {
      settings.start = WallClock.now
    }
    return settings
  }

  private func destination() throws -> (any TrafficDestination, name: String) {
    if let output {
      return (try LineFile(path: output), output == "-" ? "standard output" : output)
    }
    let configuration = try options.load()
    guard let servers = configuration.kafka["bootstrap.servers"] else {
      throw ValidationError("\(options.config) has no `bootstrap.servers`")
    }
    guard let topic = topic ?? configuration.inputs.first(where: { $0.format == .segment })?.topic
    else {
      throw ValidationError(
        "no input of \(options.config) has the format segment; name a topic with --topic")
    }
    let kafka = Composition(configuration: configuration).kafka
    let admin = try KafkaAdmin(kafka.admin)
    if try admin.partitionCounts(of: [topic], timeout: .seconds(10)).isEmpty {
      Terminal.complain(
        "there is no topic \(topic) on \(servers); `afterclick topics --config "
          + "\(options.config)` creates the topics of the configuration")
      throw ExitCode(1)
    }
    let publisher = try TrafficPublisher(kafka.properties, topic: topic)
    return (publisher, "\(topic) on \(servers)")
  }

  /// Runs until its end or a signal; says what it did either way.
  private func perform(_ run: SimulationRun, to name: String) async throws {
    let totals = try await withThrowingTaskGroup(of: SimulationRun.Totals?.self) { group in
      let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
      group.addTask {
        for await _ in signals { return nil }
        return nil
      }
      group.addTask {
        var progress = SimulationProgress()
        return try await run.run { progress.show($0) }
      }
      // Whichever comes first ends the other; the traffic's own result is the one that counts.
      var totals: SimulationRun.Totals?
      while let result = try await group.next() {
        totals = result ?? totals
        group.cancelAll()
      }
      return totals
    }
    if let totals { SimulationProgress.finish(totals, to: name) }
  }
}
