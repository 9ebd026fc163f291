import Testing

@testable import afterclick

@Suite struct CreditLedgerTests {
  @Test func `every model adds up to the revenue`() {
    var ledger = CreditLedger()
    ledger.book(.sample("a", cents: 10_000))
    ledger.book(.sample("b", cents: 333, path: [("Email", 111), ("Direct", 222)]))
    ledger.book(.sample("c", cents: 5_000, path: []))
    #expect(ledger.revenue == Earned(millionths: 3_000_000, cents: 15_333))
    #expect(ledger.totals.allSatisfy { $0.cents == 15_333 })
    #expect(ledger.rows.first { $0.channel == CreditLedger.nobody }?.earned[0] == .one(5_000))
  }

  @Test func `rows come by what they earned, and by name where they earned the same`() {
    var ledger = CreditLedger()
    ledger.book(.sample("a", cents: 30, path: [("B", 10), ("A", 10), ("C", 10)]))
    ledger.book(.sample("b", cents: 5, path: [("C", 5)]))
    #expect(ledger.rows.map(\.channel) == ["C", "A", "B"])
  }

  @Test func `a revision takes the place of the one before`() {
    var ledger = CreditLedger()
    ledger.book(.sample("a", cents: 10_000, path: [("Direct", 10_000)]))
    ledger.book(
      .sample("a", cents: 10_000, revision: 2, path: [("Email", 5_000), ("Direct", 5_000)]))
    #expect(ledger.revenue == .one(10_000))
    #expect(ledger.rows.map { $0.earned[0].cents } == [5_000, 5_000])
    #expect(ledger.revisions == 1)
    #expect(ledger.repeats == 0)
  }

  @Test func `a retraction takes everything back`() {
    var ledger = CreditLedger()
    ledger.book(.sample("a"))
    var retraction = DemoConversion.sample("a", revision: 2)
    retraction.isRetracted = true
    ledger.book(retraction)
    #expect(ledger.revenue == Earned())
    #expect(ledger.totals.allSatisfy { $0 == Earned() })
  }

  @Test func `what comes twice is counted and booked once`() {
    var ledger = CreditLedger()
    ledger.book(.sample("a"))
    ledger.book(.sample("a"))
    #expect(ledger.repeats == 1)
    #expect(ledger.revenue == .one(10_000))
  }

  @Test func `a revision of something unknown and conversions without value are left out`() {
    var ledger = CreditLedger()
    ledger.book(.sample("a", revision: 2))
    ledger.book(.sample("b", cents: nil))
    #expect(ledger.rows.isEmpty)
    #expect(ledger.revenue == Earned())
  }
}
