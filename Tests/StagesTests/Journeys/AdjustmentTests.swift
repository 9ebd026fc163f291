import Attribution
import Stages
import Testing

/// What becomes of a conversion after it was emitted: refunds, cancellations, better reports.
@Suite struct AdjustmentTests {
  /// Purchases that can be adjusted for ten days, credited to seven days of visits.
  private func machine(_ change: (inout RuleSet) -> Void = { _ in }) throws -> JourneyMachine {
    var rules = try RuleSet.purchases {
      $0.models = [LinearModel()]
      $0.prefer = ["crm", "server"]
    }
    rules.time.adjustWithin = .days(10)
    change(&rules)
    return JourneyMachine(rules: rules)
  }

  private func sale(
    _ id: String, at time: EventTime, value: Int64? = 14_000, rank: Int = 0
  ) -> JourneyEvent {
    let amount = value.map { Amount(units: $0, scale: 2) }
    return .at(
      time, id,
      conversions: [ConversionReport(rule: "purchase", key: "k", value: amount, rank: rank)])
  }

  private func adjustment(
    _ id: String, at time: EventTime, _ change: AdjustmentReport.Change, key: String = "k"
  ) -> JourneyEvent {
    var event = JourneyEvent.at(time, id)
    event.adjustments = [AdjustmentReport(rule: "purchase", key: key, change: change)]
    return event
  }

  private func refund(
    _ id: String, _ cents: Int64, after time: TimeSpan = .days(1)
  ) -> JourneyEvent {
    adjustment(id, at: start + time, .subtract(Amount(units: cents, scale: 2)))
  }

  /// `r2 adjusted attributed 100.00: 50.00 50.00`, for each record.
  private func texts(_ conversions: [AttributedConversion]) -> [String] {
    conversions.map { conversion in
      let shares = conversion.own.models.first?.values.map(\.description).joined(separator: " ")
      return "r\(conversion.revision) \(conversion.reason.rawValue) \(conversion.status) "
        + "\(conversion.value?.description ?? "-"): \(shares ?? "-")"
    }
  }

  private func run(
    _ events: [JourneyEvent], _ change: (inout RuleSet) -> Void = { _ in }
  ) throws -> [String] {
    var machine = try machine(change)
    try machine.step(.at(start + .hours(-2), "a", channel: "Email"), of: "anna")
    try machine.step(.at(start + .hours(-1), "b", channel: "Direct"), of: "anna")
    return try events.flatMap { texts(try machine.step($0, of: "anna")) }
  }

  @Test func `partial refunds take from the value, whenever and however often they come`() throws {
    let bought = sale("c", at: start)
    let (first, second) = (refund("r1", 4_000), refund("r2", 1_001, after: .days(2)))
    #expect(
      try run([bought, first, second, first, second]) == [
        "r1 new attributed 140.00: 70.00 70.00", "r2 adjusted attributed 100.00: 50.00 50.00",
        "r3 adjusted attributed 89.99: 45.00 44.99",
      ])
    #expect(
      try run([second, first, bought]) == ["r1 new attributed 89.99: 45.00 44.99"])
    #expect(try run([second, bought, first]).last == "r2 adjusted attributed 89.99: 45.00 44.99")
  }

  @Test func `what is refunded in full is retracted, and more than that changes nothing`() throws {
    let events = [sale("c", at: start), refund("r1", 14_000), refund("r2", 14_000)]
    #expect(
      try run(events) == ["r1 new attributed 140.00: 70.00 70.00", "r2 retracted retracted -: -"])
    #expect(
      try run(events.reversed()) == ["r1 retracted retracted -: -"])
  }

  @Test func `a refund does not take more than there is`() throws {
    #expect(
      try run([sale("c", at: start, value: -500), refund("r", 100)]).last
        == "r1 new attributed -5.00: -2.50 -2.50")
    #expect(
      try run([sale("c", at: start, value: 0), refund("r", 100)]).last
        == "r1 new attributed 0.00: 0.00 0.00")
    #expect(
      try run([sale("c", at: start, value: nil), refund("r", 100)]).last
        == "r1 new attributed -: ")
  }

  @Test func `a cancellation retracts, and a later value takes that back`() throws {
    let bought = sale("c", at: start)
    let cancelled = adjustment("x", at: start + .days(1), .cancel)
    let value = Amount(units: 5, scale: 0)
    let valued = adjustment("y", at: start + .days(2), .set(value))
    #expect(
      try run([bought, cancelled, valued]) == [
        "r1 new attributed 140.00: 70.00 70.00", "r2 retracted retracted -: -",
        "r3 adjusted attributed 5.00: 2.50 2.50",
      ])
    #expect(try run([valued, cancelled, bought]) == ["r1 new attributed 5.00: 2.50 2.50"])
  }

  @Test func `a refund before the new value is part of it, one after it is not`() throws {
    let value = Amount(units: 100, scale: 0)
    let valued = adjustment("y", at: start + .days(2), .set(value))
    let events = [
      sale("c", at: start), valued, refund("r1", 1_000), refund("r2", 2_000, after: .days(3)),
    ]
    #expect(try run(events).last == "r3 adjusted attributed 80.00: 40.00 40.00")
    #expect(try run(events.reversed()).last == "r1 new attributed 80.00: 40.00 40.00")
  }

  @Test func `adjustments of other orders, and too far away, change nothing`() throws {
    let other = adjustment("x", at: start, .cancel, key: "other")
    let late = refund("r", 100, after: .days(10) + TimeSpan(milliseconds: 1))
    #expect(try run([sale("c", at: start), other, late]).count == 1)
    #expect(try run([sale("c", at: start), refund("r", 100, after: .days(10))]).count == 2)
  }

  @Test func `weeks later the path is still there`() throws {
    // Retention is eight days; a touchpoint of seven days before is credited eighteen days after.
    var machine = try machine()
    try machine.step(.at(start + .days(-7), "a", channel: "Email"), of: "anna")
    try machine.step(sale("c", at: start), of: "anna")
    try machine.step(.at(start + .days(9), "b", channel: "Direct"), of: "anna")
    try machine.tick(start + .days(11))
    machine.expire(limit: 100)
    let adjusted = try machine.step(refund("r", 4_000, after: .days(10)), of: "anna")
    #expect(texts(adjusted) == ["r2 adjusted attributed 100.00: 100.00"])
    try machine.tick(start + .days(60))
    machine.expire(limit: 100)
    #expect(machine.journeyCount == 0)
    #expect(machine.profileCount == 0)
  }

  @Test func `the preferred source's fields win in any order of arrival`() throws {
    let browser = sale("w", at: start, value: 100, rank: 2)
    let server = sale("s", at: start + .hours(1), value: 200, rank: 1)
    let crm = sale("m", at: start + .days(5), value: 300, rank: 0)
    let empty = sale("e", at: start + .days(4), value: nil, rank: 0)
    #expect(
      try run([browser, server, empty, crm]) == [
        "r1 new attributed 1.00: 0.50 0.50", "r2 better_report attributed 2.00: 1.00 1.00",
        "r3 better_report attributed 3.00: 1.50 1.50",
      ])
    for events in [[crm, browser, server, empty], [server, crm, empty, browser]] {
      #expect(
        try run(events) { $0.time.lateAccept = .days(10) }.last?.hasSuffix(
          "attributed 3.00: 1.50 1.50") == true)
    }
  }

  @Test func `adjustments of unknown conversions are counted`() throws {
    var machine = try machine()
    var event = JourneyEvent.at(start, "a")
    event.adjustments = [AdjustmentReport(rule: "gone", key: "k", change: .cancel)]
    #expect(try machine.step(event, of: "anna").isEmpty)
    #expect(machine.counters.unknownReports == 1)
    try machine.step(refund("r", 1), of: "anna")
    #expect(machine.counters.adjustments == 1)
  }

  @Test func `beyond the limit the oldest corrections are forgotten`() throws {
    let events = [refund("r1", 100), refund("r2", 200, after: .days(2)), sale("c", at: start)]
    let last = try run(events) { $0.limits.correctionsPerJourney = 1 }.last
    #expect(last == "r1 new attributed 138.00: 69.00 69.00")
  }
}
