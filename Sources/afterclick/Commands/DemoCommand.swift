import ArgumentParser
import Attribution
import Foundation
import Kafka
import Operations
import Pipeline

/// `afterclick demo`: everything at once, to look at.
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "Runs a simulated shop and the daemon, and shows what happens.",
    discussion: """
      Needs no configuration and nothing installed: without --bootstrap the broker is one inside \
      this process, which knows no transactions, so results are at least once. With --bootstrap \
      they are exactly once; the topics stay there to be looked at. `Scripts/demo` starts a local \
      broker and does that.

      The shop first sends thirteen days of history as fast as it is read, then events as time \
      goes by: the shop's time, which passes six times as fast as the clock's unless --speed says \
      otherwise. Twenty seconds into it, the checkout breaks on iOS. Watch for the alert that says \
      so; a minute of the shop later it is repaired, and the alert resolves. \
      On a terminal there is a live screen; otherwise, or with --plain, a line for every \
      conversion and every alert, and totals every ten seconds.

      EXAMPLES
        afterclick demo
        afterclick demo --bootstrap localhost:9092 --rate 500
        afterclick demo --plain --duration 60s
        afterclick demo --speed 1 --incident-after 5m
        afterclick demo --no-incident
        afterclick demo --page 9464
        afterclick demo --print-config > demo.yaml
      """)

  @Option(help: "A Kafka cluster, as host:port. (default: a broker in this process)")
  var bootstrap: String?
  @Option(help: "Events per second that the shop sends, up to 5000.")
  var rate = 200.0
  @Option(help: "How much faster the shop's time passes than the clock's, 1 to 20.")
  var speed = 6.0
  @Flag(inversion: .prefixedNo, help: "Break the shop's checkout on iOS, to see the alert.")
  var incident = true
  @Option(help: "How long the shop is live before that. (default: 20s)")
  var incidentAfter: DurationArgument?
  @Option(help: "End after so long, such as 60s. (default: at Ctrl-C)")
  var duration: DurationArgument?
  @Option(help: "What chance is drawn from.")
  var seed: UInt64 = 1
  @Option(help: "Consumer group and prefix of the topics. (default: demo- and something new)")
  var application: String?
  @Option(
    help: "Serve the daemon's live page here, at this port; its latency is in the shop's time.")
  var page: Int?
  @Flag(help: "Lines instead of a screen.")
  var plain = false
  @Flag(
    help: .init("The brokers end with the demo, and the topics with them.", visibility: .hidden))
  var temporaryBroker = false
  @Flag(help: "Print the configuration that the demo runs with, to be copied, and end.")
  var printConfig = false

  func validate() throws {
    guard rate > 0, rate <= 5_000 else {
      throw ValidationError("--rate: expected a number above 0, up to 5000")
    }
    if let page, !(1...65_535).contains(page) {
      throw ValidationError("--page: expected a port, 1 to 65535")
    }
    guard (1...20).contains(speed) else {
      throw ValidationError("--speed: expected a number from 1 to 20")
    }
    guard incident || incidentAfter == nil else {
      throw ValidationError("--incident-after: there is none with --no-incident")
    }
    if let application, !DemoCommand.isTopicPrefix(application) {
      throw ValidationError(
        "--application: expected up to 100 letters, digits, dots, underscores and hyphens")
    }
  }

  func run() async throws {
    if printConfig {
      let example = DemoConfiguration(
        application: application ?? "demo", bootstrapServers: bootstrap ?? "localhost:9092",
        guarantee: .exactlyOnce)
      return Terminal.print(example.yaml)
    }
    let application = application ?? "demo-\(DemoCommand.newName())"
    let log = DemoLog(application: application)
    log.install()
    do {
      let session = DemoSession(
        broker: try DemoBroker.open(bootstrap, isTemporary: temporaryBroker),
        application: application, scenario: scenario,
        duration: duration.map { .milliseconds($0.span.milliseconds) },
        page: page, isPlain: plain || !Terminal.isInteractive, log: log)
      try await session.run()
    } catch let error as KafkaError {
      try fail(bootstrap.map { "no broker answers at \($0): \(error)" } ?? "\(error)", log)
    } catch let error as PipelineError {
      try fail("\(error)", log)
    } catch is OperationsServer.Unavailable {
      try fail("--page: something else listens at that port", log)
    } catch let error as DemoConversion.Unreadable {
      try fail("\(error)", log)
    } catch let error as DemoAlert.Unreadable {
      try fail("\(error)", log)
    }
  }

  private var scenario: DemoSession.Scenario {
    let after = incidentAfter.map { Duration.milliseconds($0.span.milliseconds) } ?? .seconds(20)
    return DemoSession.Scenario(
      eventsPerSecond: rate, speed: speed, incidentAfter: incident ? after : nil, seed: seed)
  }

  private func fail(_ reason: String, _ log: DemoLog) throws {
    Terminal.complain("afterclick demo: \(reason)")
    if log.lastWarning != nil { Terminal.complain("The daemon's log: \(log.path)") }
    log.close()
    throw ExitCode(1)
  }

  private static func isTopicPrefix(_ text: String) -> Bool {
    (1...100).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
          UInt8(ascii: "-"):
          true
        default: false
        }
      }
  }

  /// Five letters and digits that no other run is likely to have.
  private static func newName() -> String {
    String((0..<5).map { _ in "abcdefghjkmnpqrstuvwxyz23456789".randomElement() ?? "a" })
  }
}
