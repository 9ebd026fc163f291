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

  /// Latencies in milliseconds, in ascending order.
  private struct Latencies {
    var sorted: [Double]
    /// Seconds that the daemon has computed meanwhile.
    var cpuSeconds = 0.0

    func at(_ share: Double) -> Double { sorted[Int(Double(sorted.count - 1) * share)] }
  }

  func run() throws {
    let topics = BenchmarkTopics(
      configuration: try options.configuration(brokers: options.brokersAlone()),
      partitions: options.partitions)
    try topics.create()
    let plain = try measure(topics, awaiting: .events, daemon: nil)
    let daemon = try Daemon(topics.configuration)
    defer { daemon.stop() }
    try daemon.waitForPartitions()
    let measured = try measure(topics, awaiting: .conversions, daemon: daemon)
    daemon.stop()
    try topics.delete()
    printOut(measured, plain)
  }

  private func measure(
    _ topics: BenchmarkTopics, awaiting awaited: LiveRun.Awaited, daemon: Daemon?
  ) throws -> Latencies {
    var live = try LiveRun(topics, people: people, awaiting: awaited)
    let warm = ContinuousClock.now + .seconds(5)
    while ContinuousClock.now < warm { try live.turn(rate: rate) { _, _ in } }
    let before = try daemon?.cpuSeconds()
    var latencies = Latencies(sorted: [])
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
      try daemon?.check()
      try live.turn(rate: rate) { sent, received in
        latencies.sorted.append(Double(received - sent) / 1e6)
      }
    }
    if let daemon, let before { latencies.cpuSeconds = (try daemon.cpuSeconds() - before).total }
    guard !latencies.sorted.isEmpty else { throw ValidationError("nothing came") }
    latencies.sorted.sort()
    return latencies
  }

  private func printOut(_ measured: Latencies, _ plain: Latencies) {
    ResultTable(
      title: "latency: \(rate) events/s, \(measured.sorted.count) conversions in \(seconds) s",
      rows: [
        ResultRow(
          name: "p50", value: measured.at(0.5), unit: "ms",
          reference: (Reference.streamsLatency.median, "Kafka Streams"), goal: 20),
        ResultRow(name: "p95", value: measured.at(0.95), unit: "ms"),
        ResultRow(
          name: "p99", value: measured.at(0.99), unit: "ms",
          reference: (Reference.streamsLatency.ninetyNinth, "Kafka Streams"), goal: 50,
          remark: "producer, broker, daemon and reader share the cores"),
        ResultRow(
          name: "only the broker, p50", value: plain.at(0.5), unit: "ms",
          remark: "a plain client's event back from the input topic: one hop of two, and no "
            + "transaction"),
        ResultRow(name: "only the broker, p99", value: plain.at(0.99), unit: "ms"),
        ResultRow(
          name: "daemon, CPU", value: measured.cpuSeconds / Double(seconds) * 100,
          unit: "% of a core"),
      ]
    ).printOut()
  }
}
