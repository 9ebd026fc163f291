import Attribution

@testable import afterclick

extension Earned {
  static func one(_ cents: Int64) -> Earned { Earned(millionths: 1_000_000, cents: cents) }
}

extension DemoConversion {
  /// A purchase whose touchpoints share it under every model as `shares` says.
  static func sample(
    _ id: String = "purchase:1", cents: Int64? = 10_000, revision: Int = 1,
    path: [(channel: String, cents: Int64)] = [("Paid Search", 4_000), ("Direct", 6_000)]
  ) -> DemoConversion {
    let touches = path.map { channel, share in
      let millionths = cents.map { $0 == 0 ? 0 : share * 1_000_000 / $0 } ?? 0
      return Touch(
        channel: channel,
        earned: ShownModel.allCases.map { _ in Earned(millionths: millionths, cents: share) })
    }
    return DemoConversion(
      id: id, rule: cents == nil ? "signup" : "purchase", revision: revision, person: "u-42",
      eventID: "e-\(id)", occurredAt: EventTime(milliseconds: 1_772_700_754_000), cents: cents,
      currency: "EUR", touches: touches)
  }
}

extension DemoSnapshot {
  static func sample(conversions: Int = 3, channels: Int = 10) -> DemoSnapshot {
    var snapshot = DemoSnapshot(
      facts: .init(
        application: "demo-abcde", broker: "broker 127.0.0.1:9092", guarantee: "exactly once",
        rate: 200, historyDays: 14, lookingOn: "kcat -b 127.0.0.1:9092 -t demo-abcde"))
    var ledger = CreditLedger()
    for number in 0..<channels {
      let conversion = DemoConversion.sample(
        "purchase:\(number)", path: [("Channel \(number)", 4_000), ("Direct", 6_000)])
      ledger.book(conversion)
      if number < conversions { snapshot.recent.append(conversion) }
    }
    snapshot.phase = .live
    snapshot.now = EventTime(milliseconds: 1_772_700_755_000)
    snapshot.elapsed = .seconds(754)
    snapshot.eventsPerSecond = 200.4
    snapshot.conversionsPerMinute = 498
    snapshot.latency = .init(p50: .microseconds(9_340), p99: .milliseconds(31))
    snapshot.lag = 3
    snapshot.rows = ledger.rows
    snapshot.totals = ledger.totals
    snapshot.revenue = ledger.revenue
    return snapshot
  }
}
