import Attribution
import Stages
import Testing

/// Conversions that credit the path of an earlier one, and those that come late.
@Suite struct CreditedConversionTests {
  private func machine(_ credits: CreditedConversion) throws -> JourneyMachine {
    var rules = try RuleSet.purchases { $0.credits = credits }
    var lead = rules.conversions[0]
    lead.name = "lead"
    lead.credits = nil
    rules.conversions.append(lead)
    return JourneyMachine(rules: rules)
  }

  private func event(_ id: String, _ rule: String, at time: EventTime) -> JourneyEvent {
    .at(
      time, id,
      conversions: [
        ConversionReport(rule: rule, key: id, value: Amount(units: 1_000, scale: 2))
      ])
  }

  /// `purchase:w Direct credits lead:l Email`.
  private func text(_ conversion: AttributedConversion) -> String {
    func channels(_ path: Path) -> String {
      path.touchpoints.map(\.profile.channel).joined(separator: ">")
    }
    let credited = conversion.credited.map { " credits \($0.id) \(channels($0.path.path))" }
    return "\(conversion.id) r\(conversion.revision) \(channels(conversion.path))\(credited ?? "")"
  }

  @Test func `revenue booked weeks later is credited to the path of the lead`() throws {
    var machine = try machine(.init(rule: "lead", isFirst: false, within: .days(60)))
    try machine.step(.at(start + .days(-6), "a", channel: "Email"), of: "anna")
    let lead = try machine.step(event("l", "lead", at: start), of: "anna")
    #expect(lead.map(text) == ["lead:l r1 Email"])
    try machine.step(.at(start + .days(58), "b", channel: "Direct"), of: "anna")
    let won = try machine.step(event("w", "purchase", at: start + .days(60)), of: "anna")
    #expect(won.map(text) == ["purchase:w r1 Direct credits lead:l Email"])
    #expect(won[0].credited?.path.models[0].values.map(\.description) == ["10.00"])
    let late = try machine.step(event("x", "purchase", at: start + .days(61)), of: "anna")
    #expect(late.map(text) == ["purchase:x r1 Direct"])
  }

  @Test func `the last lead before counts, and the first where that is asked for`() throws {
    for (isFirst, id) in [(false, "l2"), (true, "l1")] {
      var machine = try machine(.init(rule: "lead", isFirst: isFirst, within: .days(60)))
      for (number, lead) in ["l1", "l2"].enumerated() {
        let time = start + .days(Int64(number))
        try machine.step(.at(time, "t\(lead)", channel: lead), of: "anna")
        try machine.step(event(lead, "lead", at: time), of: "anna")
      }
      let won = try machine.step(event("w", "purchase", at: start + .days(30)), of: "anna")
      #expect(won[0].credited?.id == "lead:\(id)")
      try machine.step(event("l3", "lead", at: start + .days(31)), of: "anna")
    }
  }

  @Test func `repeat purchases credit the path of the first`() throws {
    var machine = try machine(.init(rule: "purchase", isFirst: true, within: .days(365)))
    try machine.step(.at(start, "a", channel: "Email"), of: "anna")
    let first = try machine.step(event("p1", "purchase", at: start + .hours(1)), of: "anna")
    #expect(first.map(text) == ["purchase:p1 r1 Email credits purchase:p1 Email"])
    let again = try machine.step(event("p2", "purchase", at: start + .days(300)), of: "anna")
    #expect(again.map(text) == ["purchase:p2 r1  credits purchase:p1 Email"])
    // A touchpoint that is late for the first is late for both, and revises them as one.
    #expect(again[0].status == .unattributed)
  }

  @Test func `a late touchpoint of the lead revises what credits it`() throws {
    var machine = try machine(.init(rule: "lead", isFirst: false, within: .days(60)))
    try machine.step(event("l", "lead", at: start), of: "anna")
    try machine.step(event("w", "purchase", at: start + .hours(2)), of: "anna")
    let revised = try machine.step(.at(start + .hours(-1), "a", channel: "Email"), of: "anna")
    #expect(
      revised.map(text) == ["lead:l r2 Email", "purchase:w r2 Email credits lead:l Email"])
  }

  @Test func `a conversion later than what is kept says that its path may be incomplete`() throws {
    // Retention is seven days of lookback and one of lateness.
    var machine = JourneyMachine(rules: try .purchases())
    try machine.step(.at(start + .days(-6), "a", channel: "Email"), of: "anna")
    try machine.step(.at(start + .days(-2), "b", channel: "Direct"), of: "anna")
    try machine.tick(start + .days(3))
    let late = try machine.step(event("c", "purchase", at: start), of: "anna")
    #expect(late.map(text) == ["purchase:c r1 Direct"])
    #expect(late[0].isIncomplete)
    let timely = try machine.step(event("d", "purchase", at: start + .days(2)), of: "anna")
    #expect(!timely[0].isIncomplete)
  }
}
