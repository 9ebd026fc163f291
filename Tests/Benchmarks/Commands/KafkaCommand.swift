import ArgumentParser
import Attribution
import Foundation
import Kafka
import Simulation

/// `afterclick-bench kafka`: what an event costs in the whole daemon, and what it writes.
struct KafkaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kafka",
    abstract: "Catch-up throughput and CPU time of the daemon, and the bytes it writes.")

  @OptionGroup var options: KafkaOptions
  @Option(help: "Events in the input topic before the daemon starts.") var events = 200_000
  @Option(help: "How often the daemon reads them, each time as another application.")
  var repetitions = 3
  @Flag(
    help: "Records have the times of their events, five a second, as history that is filled in.")
  var history = false
  @Option(help: "Only this touchpoint rule: campaign or session.")
  var rule = BenchmarkConfiguration.Rule.campaign

  /// One run of the daemon over the whole input.
  private struct Run {
    var seconds = 0.0
    var cpu = Daemon.CPUSeconds()
    /// Before the first partition was assigned.
    var cpuToStart = Daemon.CPUSeconds()
    var residentBytes = 0
  }

  func run() throws {
    var configuration = try options.configuration()
    configuration.rule = rule
    let topics = BenchmarkTopics(configuration: configuration, partitions: options.partitions)
    try topics.create()
    let (bytes, producing) = try fill(topics)
    let plain = try topics.contents(of: configuration.inputTopic)
    let best = try bestRun(configuration)
    var rows = rows(best.run, plain, producing: producing)
    rows += try written(best.topics, inputBytes: bytes)
    try best.topics.delete(keepingInput: true)
    ResultTable(
      title: "kafka, rule `\(rule.rawValue)`: \(events) events of \(bytes / events) bytes"
        + (history ? " over \(events / 5 / 3_600) hours, " : ", ")
        + "\(options.partitions) partitions, \(options.workers) worker(s), one daemon",
      rows: rows
    ).printOut()
    try topics.delete()
  }

  /// Produces the shop's events; their bytes, and the seconds it took.
  private func fill(_ topics: BenchmarkTopics) throws -> (bytes: Int, seconds: Double) {
    var producer = try topics.producer()
    let topic = try producer.topic(topics.configuration.inputTopic)
    var traffic = ShopTraffic.ofCampaigns(people: max(1, events / 40), eventsPerSecond: 5)
    var record = TrafficRecord()
    var bytes = 0
    let start = ContinuousClock.now
    for _ in 0..<events {
      traffic.next(into: &record)
      try (record.key ?? []).withUnsafeBytes { (key) throws in
        try (record.value ?? []).withUnsafeBytes { (value) throws in
          try producer.produce(
            topic: topic, key: key, value: value,
            timestamp: history ? record.at.milliseconds : nil)
          bytes += value.count
        }
      }
    }
    try producer.flush(timeout: .seconds(120))
    return (bytes, (ContinuousClock.now - start).seconds)
  }

  /// The run that computed least, and its topics: what remains once the neighbours' noise is taken
  /// away.
  private func bestRun(
    _ configuration: BenchmarkConfiguration
  ) throws -> (run: Run, topics: BenchmarkTopics) {
    var best: (run: Run, topics: BenchmarkTopics)?
    for number in 1...max(1, repetitions) {
      let topics = try another(configuration, "run\(number)")
      let run = try consume(topics)
      if let best, best.run.cpu.total <= run.cpu.total {
        try topics.delete(keepingInput: true)
      } else {
        try best?.topics.delete(keepingInput: true)
        best = (run, topics)
      }
    }
    guard let best else { preconditionFailure("there is at least one run") }
    return best
  }

  /// Topics of another application that reads the same input.
  private func another(
    _ configuration: BenchmarkConfiguration, _ name: String
  ) throws -> BenchmarkTopics {
    var other = configuration
    other.application += "-\(name)"
    other.input = configuration.inputTopic
    let topics = BenchmarkTopics(configuration: other, partitions: options.partitions)
    try topics.create()
    return topics
  }

  /// Runs the daemon until it has committed everything.
  private func consume(_ topics: BenchmarkTopics) throws -> Run {
    let lag = try topics.lagProbe()
    let daemon = try Daemon(topics.configuration)
    defer { daemon.stop() }
    var run = Run()
    try daemon.waitForPartitions()
    run.cpuToStart = try daemon.cpuSeconds()
    let start = ContinuousClock.now
    try lag.waitForNone(daemon)
    run.seconds = (ContinuousClock.now - start).seconds
    run.cpu = try daemon.cpuSeconds() - run.cpuToStart
    run.residentBytes = daemon.residentBytes
    // Its last checkpoint belongs to what it writes.
    daemon.stop()
    return run
  }

  private func rows(
    _ run: Run, _ plain: BenchmarkTopics.Contents, producing: Double
  ) -> [ResultRow] {
    let million = Double(events) / 1e6
    return [
      ResultRow(
        name: "daemon, CPU", value: run.cpu.total / million, unit: "CPU-s per million",
        reference: (Reference.streamsCPU, "Kafka Streams"), goal: 1.35,
        remark: "from its first partitions to the last commit, the least of \(repetitions) runs; "
          + "starting took \(ResultTable.text(run.cpuToStart.total)) CPU-s more"),
      ResultRow(
        name: "  its own threads", value: run.cpu.own / million, unit: "CPU-s per million",
        remark: "decoding, rules, journeys, models, and librdkafka where they call it"),
      ResultRow(
        name: "  librdkafka's threads", value: run.cpu.client / million, unit: "CPU-s per million",
        remark: "fetching, checksums, compression, requests"),
      ResultRow(
        name: "plain consumer, CPU", value: plain.cpuSeconds / million, unit: "CPU-s per million",
        reference: (Reference.consumeCPU, "plain C, Apache Kafka"),
        remark: "reads the same input from the same brokers and does nothing: the floor here"),
      ResultRow(
        name: "catch-up", value: Double(events) / run.seconds, unit: "events/s",
        reference: (Reference.streamsRate, "Kafka Streams"), better: .higher,
        remark: "by the clock; broker and other users share the cores"),
      ResultRow(
        name: "daemon, busy", value: run.cpu.total / run.seconds * 100, unit: "% of a core",
        remark: "the rest of the time it waited, for brokers or for a core"),
      ResultRow(
        name: "plain consumer", value: Double(plain.records) / plain.seconds, unit: "events/s",
        remark: "these brokers give no more"),
      ResultRow(
        name: "plain producer", value: Double(events) / producing, unit: "events/s",
        remark: "these brokers take no more; the making of the events included"),
      ResultRow(
        name: "daemon, memory", value: Double(run.residentBytes) / 1e6, unit: "MB resident",
        reference: (Reference.streamsMemory, "Kafka Streams")),
    ]
  }

  /// What the daemon wrote, its last checkpoint included, by reading it.
  private func written(_ topics: BenchmarkTopics, inputBytes: Int) throws -> [ResultRow] {
    let configuration = topics.configuration
    let journeys = try topics.contents(of: configuration.journeysTopic)
    let changelog = try topics.contents(of: configuration.changelogTopic)
    let conversions = try topics.contents(of: configuration.conversionsTopic)
    let perEvent = { (bytes: Int) in Double(bytes) / Double(events) }
    return [
      ResultRow(
        name: "journeys log", value: perEvent(journeys.bytes), unit: "bytes per event",
        reference: (15, "Kafka Streams, re-key"), remark: "\(journeys.records) records"),
      ResultRow(
        name: "changelog", value: perEvent(changelog.bytes), unit: "bytes per event",
        reference: (46, "Kafka Streams, changelog"), remark: "\(changelog.records) records"),
      ResultRow(
        name: "internal, together", value: perEvent(journeys.bytes + changelog.bytes),
        unit: "bytes per event", reference: (Reference.streamsInternalBytes, "Kafka Streams"),
        goal: Reference.streamsInternalBytes, remark: "keys and values, uncompressed"),
      ResultRow(
        name: "conversions", value: perEvent(conversions.bytes), unit: "bytes per event",
        reference: (43, "Kafka Streams, output"), remark: "\(conversions.records) records"),
      ResultRow(name: "input", value: perEvent(inputBytes), unit: "bytes per event"),
    ]
  }
}

extension Duration {
  /// As a number, for tables.
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}
