import Attribution
import Simulation
import Testing

/// The last revision of every conversion is what a batch job over all events in order would compute,
/// for every order of arrival within `late.accept`, duplicates or not.
@Suite struct ArrivalOrderTests {
  /// What is emitted for one order of arrival.
  private func conversions(
    _ records: [TrafficRecord], _ rules: RuleSet, seed: UInt64
  ) throws -> [[UInt8]] {
    var daemon = try SimulatedDaemon(
      SimulatedDaemon.Settings(rules: rules), inputs: [records], seed: seed)
    try daemon.run()
    #expect(daemon.log.deadLetters.isEmpty, "seed \(seed)")
    return daemon.log.conversions.joined().compactMap(\.value)
  }

  private func check(
    seed: UInt64, lateAccept: TimeSpan, _ settings: TangledHistory.Settings, orders: Int
  ) throws {
    var generator = SeededGenerator(seed: seed)
    let pair = try RulePair.random(lateAccept: lateAccept, shortestLookback: 4, &generator)
    let history = TangledHistory(settings, &generator)
    for order in 0..<orders {
      let records = history.arrival(lateAccept: lateAccept, &generator)
      let expectation = ReferenceAttribution(pair.audit).expectation(of: records)
      #expect(expectation.unreadable == 0)
      let observed = try conversions(records, pair.rules, seed: seed)
      let report = Auditor().report(of: observed, against: expectation)
      #expect(
        report.isEmpty,
        """
        seed \(seed), order \(order), late.accept \(lateAccept): \(report.total) differences
        \(report.differences.joined(separator: "\n"))
        """)
    }
  }

  @Test func `histories have what is to be tested in them`() throws {
    var (retracted, reduced, credited, windows, unattributed) = (0, 0, 0, 0, 0)
    for seed in 0..<40 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let pair = try RulePair.random(lateAccept: .days(1), shortestLookback: 4, &generator)
      let records = TangledHistory(TangledHistory.Settings(), &generator)
        .arrival(lateAccept: .days(1), &generator)
      let expectation = ReferenceAttribution(pair.audit).expectation(of: records)
      var unadjusted = pair.audit
      unadjusted.adjustments = []
      let plain = ReferenceAttribution(unadjusted).expectation(of: records).conversions
      for conversion in expectation.conversions.values {
        retracted += conversion.isRetracted ? 1 : 0
        reduced += plain[conversion.id]?.value != conversion.value ? 1 : 0
        credited += conversion.credits?.path.touchpoints.isEmpty == false ? 1 : 0
        windows += conversion.windows.count
        unattributed += conversion.isUnattributed ? 1 : 0
      }
    }
    #expect(retracted > 15)
    #expect(reduced > 15)
    #expect(credited > 40)
    #expect(windows > 100)
    #expect(unattributed > 10)
  }

  @Test(arguments: 0..<150 as Range<UInt64>)
  func `any order of a short history ends the same`(seed: UInt64) throws {
    try check(
      seed: seed, lateAccept: .days(1), TangledHistory.Settings(), orders: 4)
  }

  @Test(arguments: 1_000..<1_060 as Range<UInt64>)
  func `a long history is the same although the journey forgets`(seed: UInt64) throws {
    var settings = TangledHistory.Settings()
    settings.events = 90
    settings.span = 300
    let late = [0, 1, 3, 6][Int(seed % 4)] as Int64
    try check(seed: seed, lateAccept: RulePair.units(late), settings, orders: 2)
  }
}
