import ArgumentParser
import Attribution
import Formats
import Operations
import Simulation
import Stages

/// `afterclick-bench pipeline`: what an event costs in the machines, by phase.
struct PipelineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pipeline",
    abstract: "CPU time per event in the machines, on one core, without Kafka.")

  @Option(help: "Events in memory.") var events = 400_000
  @Option(help: "How often each is measured; the best run counts.") var repetitions = 5

  @Option(help: "Only this touchpoint rule: campaign or session.")
  var rule: BenchmarkConfiguration.Rule?

  @Flag(help: "Devices become their people's, and journeys keep the events that may have to move.")
  var stitch = false

  @Flag(
    help:
      "A funnel of four steps is watched in all, by device and channel, and reports are written.")
  var watch = false

  func run() throws {
    for rule in rule.map({ [$0] }) ?? BenchmarkConfiguration.Rule.allCases {
      try measure(rule).printOut()
    }
  }

  /// The table for one touchpoint rule.
  func measure(_ rule: BenchmarkConfiguration.Rule) throws -> ResultTable {
    var configuration = BenchmarkConfiguration(rule: rule)
    if stitch { configuration.sections.append("identity: {stitch: true}") }
    if watch { configuration.sections.append(BenchmarkConfiguration.watching) }
    let parsed = try configuration.parsed()
    let rules = parsed.rules
    // Some eight touchpoints a person by the end: a journey as the state figures have it.
    var traffic = ShopTraffic.ofCampaigns(people: max(1, events / 40), eventsPerSecond: 5)
    let buffer = EventBuffer(events, of: &traffic)

    var best: MachineChain.Account?
    for _ in 0..<repetitions {
      var chain = try MachineChain(rules, watching: parsed.insights)
      for range in buffer.batches(of: 2_000) { chain.process(range, of: buffer) }
      if chain.account.total < best?.total ?? .max { best = chain.account }
    }
    guard let best else { throw ValidationError("measure at least once") }
    let decoding = try decodingTime(of: buffer, rules)
    let encoding = try encodingTime(of: buffer, rules)
    return ResultTable(
      title: "pipeline, rule `\(rule.rawValue)`: \(events) events of "
        + "\(ResultTable.text(buffer.bytesPerEvent)) bytes, \(best.forwarded) forwarded, "
        + "\(best.conversions) conversions, one core; output "
        + String(best.fingerprint, radix: 16),
      rows: rows(best, decoding: decoding, encoding: encoding))
  }

  private func rows(
    _ account: MachineChain.Account, decoding: Int64, encoding: Int64
  ) -> [ResultRow] {
    let events = Double(account.events)
    let forwarded = Double(account.forwarded)
    let rules = account.intake - decoding - encoding
    return [
      ResultRow(
        name: "machines together", value: Double(account.total) / events / 1_000,
        unit: "CPU-s per million", reference: (Reference.streamsCPU, "Kafka Streams, all of it"),
        goal: 0.6, remark: "the goal of 1.35 in all leaves about this beside Kafka's own work"),
      ResultRow(
        name: "events per second", value: events / Double(account.total) * 1e9, unit: "/s",
        reference: (Reference.streamsRate, "Kafka Streams, two cores"), better: .higher),
      ResultRow(
        name: "decode", value: Double(decoding) / events, unit: "ns per event",
        reference: (Reference.parse, "simdjson alone"), goal: 400),
      ResultRow(
        name: "rules", value: Double(rules) / events, unit: "ns per event", goal: 100,
        remark: "with channel, device and packing of those that match"),
      ResultRow(
        name: "encode", value: Double(encoding) / forwarded, unit: "ns per forwarded", goal: 100),
      ResultRow(
        name: "journey", value: Double(account.journeys) / forwarded, unit: "ns per forwarded",
        goal: 400, remark: "with paths and six models of the conversions among them"),
    ]
      + (watch
        ? [
          ResultRow(
            name: "insights", value: Double(account.insights) / events, unit: "ns per event",
            remark: "\(account.facts) facts; what Journeys does for it is under journey")
        ] : [])
      + [
        ResultRow(
          name: "output", value: Double(account.output) / Double(account.conversions),
          unit: "ns per conversion", goal: 4_000),
        ResultRow(
          name: "journeys log", value: Double(account.internalBytes) / events,
          unit: "bytes per event", reference: (Reference.streamsInternalBytes, "Kafka Streams"),
          goal: Reference.streamsInternalBytes,
          remark: "keys and values, neither framed nor compressed"),
        ResultRow(
          name: "conversion", value: Double(account.outputBytes) / Double(account.conversions),
          unit: "bytes each"),
      ]
  }

  private func decodingTime(of buffer: EventBuffer, _ rules: RuleSet) throws -> Int64 {
    let decoder = try EventDecoder(format: .segment, fields: rules.fields)
    var event = TrackingEvent(fieldsOf: rules.fields)
    var decoded = 0
    let time = CPUTime.least(of: repetitions) {
      buffer.forEach(in: 0..<buffer.count) { _, record in
        decoder.begin(record)
        while let found = decoder.next(into: &event) {
          guard case .event = found else {
            preconditionFailure("the shop sends no garbage")
          }
          decoded += 1
        }
      }
    }
    precondition(decoded == buffer.count * repetitions)
    return time
  }

  /// Writing the events that go on once more, from what was written of them.
  private func encodingTime(of buffer: EventBuffer, _ rules: RuleSet) throws -> Int64 {
    var intake = try IntakeMachine(
      IntakeMachine.Settings(format: .segment, rules: rules, journeysPartitions: 8))
    var forwarded = OutgoingRecords()
    buffer.forEach(in: 0..<buffer.count) { index, record in
      intake.step(record, topic: "", partition: 0, offset: Int64(index), output: &forwarded)
    }
    var parsed: [(person: [UInt8], event: JourneyEvent)] = []
    try forwarded.forEach { (_, key, value) throws(ByteReader.Malformed) in
      guard let key, let value else { return }
      var event = JourneyEvent()
      guard case .event = try JourneyLogRecord(value) else { return }
      try JourneyEventCodec.read(value, into: &event)
      parsed.append((Array(key), event))
    }
    var writer = ByteWriter()
    return CPUTime.least(of: repetitions) {
      var output = OutgoingRecords()
      for (index, (person, event)) in parsed.enumerated() {
        if index % 2_000 == 0 { output.removeAll() }
        writer.bytes.removeAll(keepingCapacity: true)
        JourneyEventCodec.write(event, to: &writer)
        person.withUnsafeBytes { person in
          let partition = JourneyKey(person: person).partition(of: 8)
          writer.bytes.withUnsafeBytes {
            output.append(to: .journeys, partition: Int32(partition), key: person, value: $0)
          }
        }
      }
    }
  }
}
