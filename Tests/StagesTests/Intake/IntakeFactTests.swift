import Attribution
import Formats
import Insights
import Simulation
import Stages
import Testing

/// What Intake tells Insights: what was spent, and how good the data is. Once, whatever crashes.
@Suite struct IntakeFactTests {
  private struct Scene {
    var rules: RuleSet
    var plan: InsightsPlan

    init() throws {
      rules = try Shop().rules
      plan = InsightsPlan(
        reports: ["purchase", "signup"].map { name in
          ReportShape(
            conversion: name, dimensions: ["channel", "campaign"], models: ["last_touch"])
        },
        spend: [
          InsightsPlan.Spend(
            when: try EventRule(.field(FieldIndex(.event), [.equals([.text("Ad Cost")])])),
            dimension: "campaign", value: rules.fields.index(ofPointer: "/properties/campaign"),
            cost: rules.fields.index(ofPointer: "/properties/cost"), currency: .fixed("EUR"),
            clicks: rules.fields.index(ofPointer: "/properties/clicks"),
            key: [
              rules.fields.index(ofPointer: "/properties/day"),
              rules.fields.index(ofPointer: "/properties/campaign"),
            ])
        ])
    }

    func machine() throws -> IntakeMachine {
      var settings = IntakeMachine.Settings(
        format: .segment, rules: rules, journeysPartitions: 4)
      settings.insights = plan
      return try IntakeMachine(settings)
    }
  }

  private static func cost(_ number: Int, _ properties: String) -> String {
    #"{"messageId":"c\#(number)","type":"track","event":"Ad Cost","anonymousId":"ads","timestamp":"2026-03-05T00:00:00Z","properties":{\#(properties)}}"#
  }

  private func take(_ lines: [String]) throws -> (machine: IntakeMachine, output: OutgoingRecords) {
    var machine = try Scene().machine()
    var output = OutgoingRecords()
    for (offset, line) in lines.enumerated() {
      Array(line.utf8).withUnsafeBytes { bytes in
        machine.step(
          InputRecord(
            value: bytes, timestamp: EventTime(milliseconds: 1_772_700_000_000)), topic: "t",
          partition: 0, offset: Int64(offset), output: &output)
      }
    }
    machine.takeFacts(to: &output)
    return (machine, output)
  }

  private func facts(_ output: OutgoingRecords) throws -> [InsightsFact] {
    var facts: [InsightsFact] = []
    try output.forEach { record, _, value in
      guard record.destination == .insights, let value else { return }
      let (source, moments) = try InsightsRecord.read(value)
      #expect(source == nil)
      for fact in moments.flatMap(\.facts).map(\.fact) {
        #expect(
          record.partition
            == Int32(InsightsPlan.partition(ofSubject: fact.subject, of: 4)))
        facts.append(fact)
      }
    }
    return facts
  }

  @Test func `what was spent goes to every report that knows the dimension`() throws {
    let (machine, output) = try take([
      IntakeFactTests.cost(
        1, #""campaign":"spring","cost":"12.5","clicks":40,"day":"2026-03-05""#)
    ])
    #expect(machine.counters.spend == 1 && machine.counters.forwarded == 0)
    let spend = try facts(output).compactMap { fact -> (String, ReportedSpend)? in
      if case .spend(let name, let spend) = fact { return (name, spend) }
      return nil
    }
    #expect(spend.map(\.0).sorted() == ["purchase", "signup"])
    for (_, spend) in spend {
      #expect(spend.dimension == 1 && spend.value == "spring" && spend.currency == "EUR")
      #expect(spend.cost.description == "12.50" && spend.clicks == 40)
      #expect(spend.time == EventTime(milliseconds: 1_772_668_800_000))
    }
  }

  @Test(arguments: [
    #""cost":12,"day":"d""#, #""campaign":"","cost":12,"day":"d""#,
    #""campaign":"a","day":"d""#, #""campaign":"a","cost":"much","day":"d""#,
    #""campaign":"a","cost":true,"day":"d""#,
    #""campaign":"a","cost":"99999999999999999999","day":"d""#,
    #""campaign":"a","cost":12"#, #""campaign":"a","cost":12,"day":{}"#,
    #""campaign":"a","cost":12,"day":"d","clicks":1.5"#,
    #""campaign":"a","cost":12,"day":"d","clicks":-1"#,
    #""campaign":"a","cost":12,"day":"d","clicks":"many""#,
  ])
  func `what is no spend is a dead letter`(properties: String) throws {
    let (machine, output) = try take([IntakeFactTests.cost(1, properties)])
    #expect(machine.counters.rejected == [.invalidValue: 1] && machine.counters.spend == 0)
    #expect(output.records.count { $0.destination == .deadLetters } == 1)
    #expect(try facts(output).contains(.quality(.init(.deadLetters, bad: 1, of: 1))))
  }

  @Test func `bad data is counted with all of it, once`() throws {
    let event = #"{"messageId":"m1","type":"page","anonymousId":"d1","timestamp":"#
    var (machine, output) = try take([
      "no event", event + #""2026-03-05T00:00:00Z"}"#, event + #""2026-04-05T00:00:00Z"}"#,
    ])
    let facts = try facts(output)
    #expect(
      Set(facts) == [
        .quality(.init(.deadLetters, bad: 1, of: 3)),
        .quality(.init(.missingConsent, bad: 0, of: 2)),
        .quality(.init(.clockSkew, bad: 1, of: 2)),
      ])
    output = OutgoingRecords()
    machine.takeFacts(to: &output)
    #expect(output.isEmpty)
  }

  @Test func `nobody's time is nobody's to wait for`() throws {
    let scene = try Scene()
    var machine = InsightsMachine(rules: scene.plan.rules)
    var output = OutgoingRecords()
    var writer = InsightsRecordWriter(source: nil)
    writer.write(.quality(.init(.clockSkew, bad: 1, of: 2)))
    var bytes: [UInt8] = []
    writer.finish { bytes = Array($0) }
    #expect(writer.isEmpty)
    try bytes.withUnsafeBytes { try machine.step(value: $0, offset: 0, output: &output) }
    #expect(machine.time == .distantPast && machine.counters.facts == 1)
    for length in 2..<bytes.count {
      #expect(throws: ByteReader.Malformed.self) {
        try bytes.prefix(length).withUnsafeBytes { _ = try InsightsRecord.read($0) }
      }
    }
  }

  // Exactly once: everything that Intake has to say is in the log as often as it is in the input.
  @Test(arguments: 0..<12 as Range<UInt64>)
  func `crashes lose and repeat nothing`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let scene = try Scene()
    var settings = SimulatedDaemon.Settings(rules: scene.rules)
    settings.partitions = 3
    settings.insights = scene.plan
    var expected: [String: Int] = [:]
    var bad = 0
    let records = (0..<120).map { number -> TrafficRecord in
      let isGarbage = generator.chance(0.1)
      if isGarbage { bad += 1 } else { expected["c\(number % 7)", default: 0] += 1 }
      let line = IntakeFactTests.cost(
        number, #""campaign":"c\#(number % 7)","cost":1,"day":"\#(isGarbage ? "" : "d\(number)")""#)
      return TrafficRecord(value: Array(line.utf8), at: start)
    }
    let faults = FaultPlan.random(spacing: 2 + generator.below(9), steps: 400, &generator)
    var daemon = try SimulatedDaemon(settings, inputs: [records], faults: faults, seed: seed)
    try daemon.run()
    var spent: [String: Int] = [:]
    var letters = (bad: 0, all: 0)
    for record in daemon.log.insights.compactMap(\.value) {
      for fact in try record.withUnsafeBytes({ try InsightsRecord.read($0).moments }).flatMap(
        \.facts)
      {
        switch fact.fact {
        case .spend("purchase", let spend): spent[spend.value, default: 0] += fact.count
        case .quality(let count) where count.measure == .deadLetters:
          letters = (letters.bad + count.bad, letters.all + count.all)
        default: continue
        }
      }
    }
    #expect(spent == expected && bad > 0)
    #expect(letters == (bad, records.count) && daemon.log.deadLetters.count == bad)
  }
}
