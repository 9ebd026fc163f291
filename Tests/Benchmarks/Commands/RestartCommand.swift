import ArgumentParser
import Foundation

/// `afterclick-bench restart`: from SIGKILL to the first output, with local state and without.
struct RestartCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restart",
    abstract: "Time from SIGKILL and restart until outputs flow again.")

  @OptionGroup var options: KafkaOptions
  @Option(help: "Journeys.") var journeys = 500_000
  @Option(help: "Events per second meanwhile.") var rate = 200

  /// Seconds from SIGKILL on.
  private struct Restart {
    /// Until the conversion of an order that was sent after the kill was read.
    var first = 0.0
    /// Until every partition was restored and read on.
    var all = 0.0
  }

  /// Events that are sent before the daemon is waited for: what the test broker can deliver.
  private static let slice = 50_000

  func run() throws {
    let directory = NSTemporaryDirectory() + "afterclick-bench-state-\(getpid())"
    let topics = BenchmarkTopics(
      configuration: try options.configuration(
        checkpointInterval: "5s", stateDirectory: directory),
      partitions: options.partitions)
    try topics.create()
    var daemon = try Daemon(topics.configuration)
    defer { daemon.stop() }
    var live = try LiveRun(topics, people: journeys)
    try fill(&live, topics, daemon)
    live.skipToNow(rate: rate)
    // Two checkpoints, so that the local copy is complete.
    try flow(&live, daemon, for: .seconds(12))

    let warm = try restart(&live, &daemon, topics.configuration) {}
    try flow(&live, daemon, for: .seconds(8))
    let wiped = try restart(&live, &daemon, topics.configuration) {
      try FileManager.default.removeItem(atPath: directory)
    }
    let residentBytes = daemon.residentBytes
    daemon.stop()
    try FileManager.default.removeItem(atPath: directory)
    try topics.delete()
    printOut(warm, wiped, residentBytes)
  }

  /// A journey for each person.
  private func fill(
    _ live: inout LiveRun, _ topics: BenchmarkTopics, _ daemon: Daemon
  ) throws {
    let lag = try topics.lagProbe()
    for start in stride(from: 0, to: journeys, by: RestartCommand.slice) {
      try live.sendVisits(of: start..<min(start + RestartCommand.slice, journeys))
      try lag.waitForNone(daemon)
    }
  }

  private func printOut(_ warm: Restart, _ wiped: Restart, _ residentBytes: Int) {
    let peer = Reference.streamsRestart
    ResultTable(
      title: "restart: \(journeys) journeys, \(rate) events/s, SIGKILL and start at once",
      rows: [
        ResultRow(
          name: "local state, first output", value: warm.first, unit: "s",
          reference: (peer.warm, "Kafka Streams, 528,000"), goal: 3,
          remark: "until a conversion of an order sent after the kill is read"),
        ResultRow(
          name: "local state, all partitions", value: warm.all, unit: "s",
          reference: (peer.warm, "Kafka Streams, 528,000"), goal: 3,
          remark: "until the last one is restored and read on"),
        ResultRow(
          name: "state wiped, first output", value: wiped.first, unit: "s",
          reference: (peer.wiped, "Kafka Streams, 528,000"), goal: 8),
        ResultRow(
          name: "state wiped, all partitions", value: wiped.all, unit: "s",
          reference: (peer.wiped, "Kafka Streams, 528,000"), goal: 8,
          remark: "the test broker delivers the changelog"),
        ResultRow(
          name: "daemon, memory", value: Double(residentBytes) / 1e6, unit: "MB resident",
          reference: (Reference.streamsMemory, "Kafka Streams")),
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

  private func restart(
    _ live: inout LiveRun, _ daemon: inout Daemon, _ configuration: BenchmarkConfiguration,
    meanwhile: () throws -> Void
  ) throws -> Restart {
    daemon.kill()
    let killed = LiveRun.now
    let start = ContinuousClock.now
    try meanwhile()
    daemon = try Daemon(configuration)
    var first: Int64?
    var all: Duration?
    while first == nil || all == nil {
      let passed = ContinuousClock.now - start
      guard passed < .seconds(120) else {
        throw ValidationError("not all is restored after two minutes")
      }
      try daemon.check()
      try live.turn(rate: rate) { sent, received in
        if sent > killed { first = first ?? received }
      }
      if all == nil, daemon.restoredPartitions == options.partitions { all = passed }
    }
    return Restart(first: Double((first ?? killed) - killed) / 1e9, all: all?.seconds ?? 0)
  }
}
