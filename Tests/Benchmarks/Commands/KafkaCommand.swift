import ArgumentParser
import Foundation
import Kafka
import Simulation

/// `afterclick-bench kafka`: what an event costs in the whole daemon, and what it writes.
struct KafkaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kafka",
    abstract: "Catch-up throughput and CPU time of the daemon, and the bytes it writes.")

  @OptionGroup var options: KafkaOptions
  @Option(help: "Events in the input topic before the daemon starts.") var events = 300_000
  @Option(help: "Only this touchpoint rule: campaign or session.")
  var rule = BenchmarkConfiguration.Rule.campaign
  @Flag(help: "Also run once with librdkafka's log of every request, for bytes on the wire.")
  var wire = false

  /// One run of the daemon over the whole input.
  private struct Run {
    var seconds = 0.0
    var cpuSeconds = 0.0
    var residentBytes = 0
    var log = ""
  }

  func run() throws {
    var configuration = try options.configuration()
    configuration.rule = rule
    let topics = BenchmarkTopics(configuration: configuration, partitions: options.partitions)
    try topics.create()
    let bytes = try fill(topics)
    let run = try consume(topics)
    var rows = rows(run)
    rows += try written(topics, inputBytes: bytes)
    if wire { rows += try onTheWire(configuration) }
    ResultTable(
      title: "kafka, rule `\(rule.rawValue)`: \(events) events of \(bytes / events) bytes, "
        + "\(options.partitions) partitions, \(options.workers) worker(s), one daemon",
      rows: rows
    ).printOut()
    try topics.delete()
  }

  /// Produces the shop's events; their bytes.
  private func fill(_ topics: BenchmarkTopics) throws -> Int {
    var producer = try topics.producer()
    let topic = try producer.topic(topics.configuration.inputTopic)
    var traffic = ShopTraffic.ofCampaigns(people: max(1, events / 40), eventsPerSecond: 5)
    var record = TrafficRecord()
    var bytes = 0
    for _ in 0..<events {
      traffic.next(into: &record)
      try (record.key ?? []).withUnsafeBytes { (key) throws in
        try (record.value ?? []).withUnsafeBytes { (value) throws in
          try producer.produce(topic: topic, key: key, value: value)
          bytes += value.count
        }
      }
    }
    try producer.flush(timeout: .seconds(120))
    return bytes
  }

  /// Runs the daemon until it has committed everything.
  private func consume(_ topics: BenchmarkTopics, logLevel: String = "info") throws -> Run {
    let daemon = try Daemon(topics.configuration, logLevel: logLevel)
    defer { daemon.stop() }
    var run = Run()
    // From the first partition that it is given on: joining a group takes seconds of nothing.
    while !daemon.log.contains("partitions assigned") {
      try daemon.check()
      Thread.sleep(forTimeInterval: 0.02)
    }
    let start = ContinuousClock.now
    while try topics.lag() > 0 {
      try daemon.check()
      Thread.sleep(forTimeInterval: 0.1)
    }
    run.seconds = (ContinuousClock.now - start).seconds
    run.cpuSeconds = daemon.cpuSeconds
    run.residentBytes = daemon.residentBytes
    daemon.stop()
    run.log = daemon.log
    return run
  }

  private func rows(_ run: Run) -> [ResultRow] {
    let million = Double(events) / 1e6
    return [
      ResultRow(
        name: "daemon, CPU", value: run.cpuSeconds / million, unit: "CPU-s per million",
        reference: (Reference.streamsCPU, "Kafka Streams"), goal: 1.35,
        remark: "of its process alone, from its start to the last commit"),
      ResultRow(
        name: "daemon, ceiling", value: run.cpuSeconds / million, unit: "CPU-s per million",
        reference: (Reference.consumeCPU, "plain C, only consuming")),
      ResultRow(
        name: "catch-up", value: Double(events) / run.seconds, unit: "events/s",
        reference: (Reference.streamsRate, "Kafka Streams"), better: .higher,
        remark: "by the clock; broker and other users share the cores"),
      ResultRow(
        name: "daemon, memory", value: Double(run.residentBytes) / 1e6, unit: "MB resident",
        reference: (1_100, "Kafka Streams")),
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

  /// The same input once more, as another application, with a line in the log for every request.
  private func onTheWire(_ configuration: BenchmarkConfiguration) throws -> [ResultRow] {
    var other = configuration
    other.application += "-wire"
    other.input = configuration.inputTopic
    other.properties.append(("debug", "msg"))
    let topics = BenchmarkTopics(configuration: other, partitions: options.partitions)
    try topics.create()
    let log = try consume(topics, logLevel: "debug").log
    var bytes: [String: Int] = [:]
    for line in log.split(separator: "\n") where line.contains("Produce MessageSet with ") {
      guard let size = ProduceLine(line) else { continue }
      bytes[size.topic, default: 0] += size.bytes
    }
    return [
      (other.journeysTopic, "journeys log on the wire"), (other.changelogTopic, "changelog on the wire"),
      (other.conversionsTopic, "conversions on the wire"),
    ].map { topic, name in
      ResultRow(
        name: name, value: Double(bytes[topic] ?? 0) / Double(events), unit: "bytes per event",
        remark: "compressed, with headers of batches")
    }
  }
}

/// librdkafka's debug line about one produce request.
private struct ProduceLine {
  let topic: String
  let bytes: Int

  /// `… TOPIC [3]: Produce MessageSet with 100 message(s) (5123 bytes, …`
  init?(_ line: Substring) {
    guard let said = line.range(of: ": Produce MessageSet with "),
      let opening = line[said.upperBound...].range(of: " message(s) ("),
      let number = line[opening.upperBound...].split(separator: " ").first,
      let bytes = Int(number),
      let place = line[..<said.lowerBound].split(separator: " ").dropLast().last
    else { return nil }
    topic = String(place)
    self.bytes = bytes
  }
}

extension Duration {
  /// As a number, for tables.
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}
