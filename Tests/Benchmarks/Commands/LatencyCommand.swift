import ArgumentParser
import Foundation

/// `afterclick-bench latency`: from an order's sending to its committed conversion.
struct LatencyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "latency",
    abstract: "Exactly-once latency: order produced to attributed conversion read.")

  @OptionGroup var options: KafkaOptions
  @Option(help: "Events per second.") var rate = 2_000
  @Option(help: "Seconds that are measured, after five of warming up.") var seconds = 20
  @Option(help: "People whose events they are.") var people = 5_000

  func run() throws {
    let topics = BenchmarkTopics(
      configuration: try options.configuration(), partitions: options.partitions)
    try topics.create()
    let daemon = try Daemon(topics.configuration)
    defer { daemon.stop() }
    var live = try LiveRun(topics, people: people)
    var latencies: [Double] = []
    // The group's first assignment takes seconds.
    let deadline = ContinuousClock.now + .seconds(60)
    var isFlowing = false
    while !isFlowing, ContinuousClock.now < deadline {
      try daemon.check()
      try live.turn(rate: rate) { _, _ in isFlowing = true }
    }
    let start = ContinuousClock.now + .seconds(5)
    let end = start + .seconds(seconds)
    while ContinuousClock.now < end {
      let isMeasured = ContinuousClock.now > start
      try live.turn(rate: rate) { sent, received in
        if isMeasured { latencies.append(Double(received - sent) / 1e6) }
      }
    }
    try daemon.check()
    daemon.stop()
    try topics.delete()
    guard !latencies.isEmpty else { throw ValidationError("no conversion came") }
    latencies.sort()
    printOut(latencies)
  }

  private func printOut(_ latencies: [Double]) {
    let at = { (share: Double) in latencies[Int(Double(latencies.count - 1) * share)] }
    ResultTable(
      title: "latency: \(rate) events/s, \(latencies.count) conversions in \(seconds) s, "
        + "min_interval \(options.minInterval)",
      rows: [
        ResultRow(
          name: "p50", value: at(0.5), unit: "ms",
          reference: (Reference.streamsLatency.median, "Kafka Streams"), goal: 20),
        ResultRow(name: "p95", value: at(0.95), unit: "ms"),
        ResultRow(
          name: "p99", value: at(0.99), unit: "ms",
          reference: (Reference.streamsLatency.ninetyNinth, "Kafka Streams"), goal: 50,
          remark: "producer, broker, daemon and reader share the cores"),
      ]
    ).printOut()
  }
}
