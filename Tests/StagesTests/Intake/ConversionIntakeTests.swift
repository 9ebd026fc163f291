import Attribution
import Formats
import Stages
import Testing

/// What Intake finds of conversions and their adjustments in one event.
@Suite struct ConversionIntakeTests {
  private func rules(
    _ change: (inout ConversionRule, inout FieldTable) -> Void = { _, _ in }
  ) throws -> RuleSet {
    var fields = FieldTable()
    let key = fields.index(ofPointer: "/properties/id")
    let amount = fields.index(ofPointer: "/properties/amount")
    func event(_ name: String) throws -> EventRule {
      try EventRule(.field(FieldIndex(.event), [.equals([.text(name)])]))
    }
    var sale = ConversionRule(
      name: "sale", when: try event("Sold"), value: .field(amount), deduplicateBy: key,
      models: [LinearModel()])
    change(&sale, &fields)
    var rules = RuleSet(fields: fields, touchpoints: [], conversions: [sale], channels: [])
    for (name, change) in [
      ("Refunded", .subtract(amount)), ("Valued", .set(amount)), ("Cancelled", .cancel),
      ("Valued", .subtract(amount)),
    ] as [(String, AdjustmentRule.Change)] {
      rules.adjustments.append(
        AdjustmentRule(when: try event(name), conversion: "sale", key: key, change: change))
    }
    return rules
  }

  /// The journey event made of a tracked event; `nil` if it is a dead letter.
  private func journeyEvent(
    _ name: String, _ properties: String, topic: String = "web", _ rules: RuleSet
  ) throws -> JourneyEvent? {
    var machine = try IntakeMachine(
      IntakeMachine.Settings(format: .segment, rules: rules, journeysPartitions: 1))
    let json = """
      {"type":"track","event":"\(name)","messageId":"m","userId":"u",\
      "timestamp":"2026-03-05T08:52:34Z","properties":{\(properties)}}
      """
    var output = OutgoingRecords()
    Array(json.utf8).withUnsafeBytes {
      machine.step(
        InputRecord(value: $0), topic: topic, partition: 0, offset: 0, output: &output)
    }
    var event: JourneyEvent?
    try output.forEach { record, _, value throws(ByteReader.Malformed) in
      guard record.destination == .journeys, let value else { return }
      var read = JourneyEvent()
      try JourneyEventCodec.read(value, into: &read)
      event = read
    }
    return event
  }

  @Test(
    arguments: [
      ("Refunded", "20", [.subtract(Amount(units: 20, scale: 0))]),
      // Some trackers send what is given back as a negative number.
      ("Refunded", "-20.50", [.subtract(Amount(units: 205, scale: 1))]),
      ("Refunded", "\"0.05\"", [.subtract(Amount(units: 5, scale: 2))]),
      (
        "Valued", "-7",
        [.set(Amount(units: -7, scale: 0)), .subtract(Amount(units: 7, scale: 0))]
      ),
      ("Cancelled", "\"whatever\"", [.cancel]),
    ] as [(String, String, [AdjustmentReport.Change])])
  func `an adjustment says what changes`(
    name: String, amount: String, changes: [AdjustmentReport.Change]
  ) throws {
    let properties = "\"id\":\"k\",\"amount\":\(amount)"
    let event = try #require(try journeyEvent(name, properties, try rules()))
    #expect(event.adjustments.map(\.change) == changes)
    #expect(event.adjustments.allSatisfy { $0.rule == "sale" && $0.key == "k" })
    #expect(event.conversions.isEmpty)
  }

  @Test(arguments: [
    "", "\"id\":\"k\"", "\"id\":\"k\",\"amount\":null", "\"id\":\"k\",\"amount\":\"much\"",
    "\"id\":\"\",\"amount\":1", "\"id\":\"k\",\"amount\":-9223372036854775808",
  ])
  func `an adjustment without a key or an amount is a dead letter`(properties: String) throws {
    #expect(try journeyEvent("Refunded", properties, try rules()) == nil)
  }

  @Test func `a report is ranked by its source`() throws {
    let properties = "\"id\":\"k\",\"amount\":1,\"source\":\"server\""
    func rank(topic: String, _ rules: RuleSet) throws -> Int? {
      try journeyEvent("Sold", properties, topic: topic, rules)?.conversions.first?.rank
    }
    var byTopic = try rules { rule, _ in rule.prefer = ["crm", "web"] }
    byTopic.sources = ["crm-orders": "crm"]
    #expect(try rank(topic: "crm-orders", byTopic) == 0)
    #expect(try rank(topic: "web", byTopic) == 1)
    #expect(try rank(topic: "app", byTopic) == 2)
    let byField = try rules { rule, fields in
      rule.prefer = ["crm", "server"]
      rule.reportedBy = fields.index(ofPointer: "/properties/source")
    }
    #expect(try rank(topic: "crm", byField) == 1)
    #expect(try rank(topic: "crm", try rules()) == 0)
  }
}
