import ArgumentParser
import Foundation

/// `afterclick-bench restart`: from SIGKILL to the first output, with local state and without.
struct RestartCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restart",
    abstract: "Time from SIGKILL and restart until outputs flow again.")

  @OptionGroup var options: KafkaOptions
  @Option(help: "Journeys; fewer than the goal's 500000 by default, for the test broker's sake.")
  var journeys = 50_000
  @Option(help: "Events per second meanwhile.") var rate = 200

  func run() throws {
    let directory = NSTemporaryDirectory() + "afterclick-bench-state-\(getpid())"
    let topics = BenchmarkTopics(
      configuration: try options.configuration(
        checkpointInterval: "5s", stateDirectory: directory),
      partitions: options.partitions)
    try topics.create()
    var live = try LiveRun(topics, people: journeys)
    try live.sendVisits()
    var daemon = try Daemon(topics.configuration)
    defer { daemon.stop() }
    while try topics.lag() > 0 { try daemon.check() }
    live.skipToNow(rate: rate)
    // Two checkpoints, so that the local copy is complete.
    try flow(&live, daemon, for: .seconds(12))

    let warm = try restart(&live, &daemon, topics.configuration) {}
    try flow(&live, daemon, for: .seconds(8))
    let wiped = try restart(&live, &daemon, topics.configuration) {
      try FileManager.default.removeItem(atPath: directory)
    }
    daemon.stop()
    try FileManager.default.removeItem(atPath: directory)
    try topics.delete()
    ResultTable(
      title: "restart: \(journeys) journeys, \(rate) events/s, SIGKILL and start at once",
      rows: [
        ResultRow(
          name: "with local state", value: warm, unit: "s",
          reference: (Reference.streamsRestart.warm, "Kafka Streams, 528,000"), goal: 3),
        ResultRow(
          name: "local state wiped", value: wiped, unit: "s",
          reference: (Reference.streamsRestart.wiped, "Kafka Streams, 528,000"), goal: 8,
          remark: "until a conversion of an order sent after the kill is read"),
      ]
    ).printOut()
  }

  private func flow(
    _ live: inout LiveRun, _ daemon: Daemon, for duration: Duration
  ) throws {
    let end = ContinuousClock.now + duration
    while ContinuousClock.now < end {
      try daemon.check()
      try live.turn(rate: rate) { _, _ in }
    }
  }

  /// Seconds until a conversion comes of an order that was sent after the kill.
  private func restart(
    _ live: inout LiveRun, _ daemon: inout Daemon, _ configuration: BenchmarkConfiguration,
    meanwhile: () throws -> Void
  ) throws -> Double {
    daemon.kill()
    let killed = LiveRun.now
    try meanwhile()
    daemon = try Daemon(configuration)
    var first: Int64?
    let deadline = ContinuousClock.now + .seconds(120)
    while first == nil, ContinuousClock.now < deadline {
      try daemon.check()
      try live.turn(rate: rate) { sent, received in
        if sent > killed { first = first ?? received }
      }
    }
    for line in daemon.log.split(separator: "\n") where line.contains("restored") { print(line) }
    guard let first else { throw ValidationError("no output for two minutes") }
    return Double(first - killed) / 1e9
  }
}
