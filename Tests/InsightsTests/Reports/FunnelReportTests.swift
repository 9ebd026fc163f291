import Attribution
import Testing

@testable import Insights

/// Funnels as they are reported, cohorts and histograms.
@Suite struct FunnelReportTests {
  private static let day = EventTime(milliseconds: 20_000 * 86_400_000)
  private static let outline = FunnelOutline(
    name: "checkout", steps: ["cart", "payment", "purchase"], dimensions: ["device"],
    within: .days(1))

  private func reached(
    _ stage: Int, began: Int64 = 0, after minutes: Int64 = 0, device: String = "ios",
    cents: Int64? = nil, currency: String = "EUR"
  ) -> StageReached {
    let start = FunnelReportTests.day + .minutes(began)
    return StageReached(
      stage: stage, time: start + .minutes(minutes), began: start,
      origin: stage == 0 ? nil : .init(time: start, segments: [device]), segments: [device],
      value: cents.map { Amount(units: $0, scale: 2) }, currency: cents == nil ? nil : currency)
  }

  @Test func `rates, drop-off and quantiles of one window, by hand`() throws {
    var report = FunnelReport(outline: FunnelReportTests.outline)
    for index in 0..<10 { report.record(.reached(reached(0, began: Int64(index)))) }
    for index in 0..<4 {
      report.record(.reached(reached(1, began: Int64(index), after: 3, cents: 1_000)))
    }
    // Bought after midnight: still of the day on which it began.
    report.record(.reached(reached(2, began: 3, after: 1_439, cents: 900)))
    report.record(.seen(step: 1))
    let rows = report.takeChanges()
    #expect(rows.map(\.key.dimension) == [-1, 0] && rows[1].key.value == "ios")
    let all = rows[0]
    #expect(all.key.window == FunnelReportTests.day)
    #expect(all.stages.map(\.reached) == [10, 4, 1])
    #expect(all.completion(of: 0) == 0.4 && all.dropOff(after: 0) == 0.6)
    #expect(all.overall == 0.1 && all.completion(of: 1) == 0.25)
    #expect(all.stages[1].value.description == "40.00")
    // Three minutes are in the bucket from 128 to 256 seconds.
    let median = try #require(all.stages[1].delays.quantile(0.5))
    #expect(median == 192)
    #expect(all.stages[0].delays.quantile(0.5) == nil)
    #expect(report.takeChanges().isEmpty)
  }

  @Test func `what is taken back leaves nothing, and is said`() {
    var report = FunnelReport(outline: FunnelReportTests.outline)
    let facts = [reached(0), reached(1, after: 5, cents: 700)]
    for fact in facts { report.record(.reached(fact)) }
    _ = report.takeChanges()
    for fact in facts { report.record(.retracted(fact)) }
    let rows = report.takeChanges()
    #expect(rows.count == 2 && rows.allSatisfy { $0.overall == nil })
    #expect(rows.allSatisfy { $0.stages.allSatisfy { $0.value == .zero && $0.delays.isEmpty } })
  }

  @Test func `money of another currency is not added`() {
    var report = FunnelReport(outline: FunnelReportTests.outline)
    report.record(.reached(reached(1, after: 1, cents: 500)))
    report.record(.reached(reached(1, after: 1, cents: 900, currency: "USD")))
    #expect(report.otherCurrencies == 1 && report.currency == "EUR")
    #expect(report.takeChanges()[0].stages[1].value.description == "5.00")
  }

  @Test func `windows older than the retention are forgotten`() {
    var report = FunnelReport(outline: FunnelReportTests.outline, retention: .days(2))
    report.record(.reached(reached(0)))
    report.advance(to: FunnelReportTests.day + .days(4))
    #expect(report.takeChanges().isEmpty)
    report.record(.reached(reached(0)))
    #expect(report.takeChanges().isEmpty)
  }

  @Test func `reports and cohorts taken up from bytes go on as they were`() throws {
    var report = FunnelReport(outline: FunnelReportTests.outline)
    report.record(.reached(reached(0)))
    _ = report.takeChanges()
    report.record(.reached(reached(1, after: 7, device: "desktop", cents: 300)))
    var writer = ByteWriter()
    report.write(to: &writer)
    var restored = FunnelReport(outline: FunnelReportTests.outline)
    try StateChecks.reading(writer.bytes) { reader in
      try restored.restore(from: &reader)
      #expect(reader.isAtEnd)
    }
    #expect(restored.currency == "EUR")
    report.record(.retracted(reached(0)))
    restored.record(.retracted(reached(0)))
    let changes = report.takeChanges()
    #expect(restored.takeChanges() == changes && changes.count == 3)
    for length in 0..<writer.bytes.count {
      #expect(throws: ByteReader.Malformed.self) {
        try StateChecks.reading(Array(writer.bytes.prefix(length))) {
          try restored.restore(from: &$0)
        }
      }
    }
    var table = CohortTable()
    table.acquire(at: FunnelReportTests.day)
    table.convert(
      acquired: FunnelReportTests.day, at: FunnelReportTests.day + .days(9),
      value: Amount(units: 5, scale: 1))
    try StateChecks.expectSound(table)
  }

  @Test(arguments: [(0, 0.5), (999, 0.5), (1_000, 1.5), (2_000, 3.0), (3_999, 3.0), (4_000, 6.0)])
  func `spans fall into buckets that double`(milliseconds: Int64, middle: Double) {
    var histogram = SpanHistogram()
    histogram.add(TimeSpan(milliseconds: milliseconds))
    #expect(histogram.quantile(0.5) == middle)
  }

  @Test func `quantiles of a mixture, and of the longest`() {
    var histogram = SpanHistogram()
    histogram.add(.seconds(1), count: 90)
    histogram.add(.days(4_000), count: 10)
    #expect((histogram.quantile(0.9) ?? 0) == 2)
    #expect((histogram.quantile(0.95) ?? 0) > 16_000_000)
    var sum = SpanHistogram()
    sum.add(histogram)
    sum.add(histogram)
    #expect(sum.total == 200 && sum.quantile(0.9) == histogram.quantile(0.9))
  }

  @Test func `cohorts count conversions by age`() {
    var table = CohortTable()
    // A Monday.
    let week = EventTime(milliseconds: (2_857 * 7 + 4) * 86_400_000)
    for hour in 0..<5 { table.acquire(at: week + .hours(Int64(hour))) }
    table.acquire(at: week + .days(8))
    table.convert(acquired: week, at: week + .days(1), value: Amount(units: 500, scale: 2))
    table.convert(acquired: week, at: week + .days(15), value: Amount(units: 250, scale: 2))
    table.convert(acquired: week + .days(6), at: week + .days(7), value: nil)
    table.convert(acquired: week, at: week + .days(15), value: nil, count: 1)
    table.convert(acquired: week, at: week + .days(15), value: nil, count: -1)
    #expect(table.cohorts().map(\.size) == [5, 1])
    #expect(table.allCells().map(\.key.age) == [0, 1, 2])
    #expect(table.allCells().map(\.cell.conversions) == [1, 1, 1])
    #expect(table.allCells().map(\.cell.value.description) == ["5.00", "0", "2.50"])
    let rows = table.takeChanges()
    #expect(rows.map(\.size) == [5, 1] && rows[0].periods.map(\.conversions) == [1, 1, 1])
    #expect(table.takeChanges().isEmpty)
  }

  @Test func `the oldest cohort goes for a new one`() {
    var table = CohortTable()
    for week in 1...CohortTable.limit + 3 {
      table.acquire(at: EventTime(milliseconds: Int64(week) * 7 * 86_400_000))
    }
    #expect(table.cohorts().count == CohortTable.limit)
    #expect(table.cohorts().first?.start == EventTime(milliseconds: (3 * 7 + 4) * 86_400_000))
    table.acquire(at: EventTime(milliseconds: 0))
    #expect(table.cohorts().first?.start == EventTime(milliseconds: (3 * 7 + 4) * 86_400_000))
  }
}
