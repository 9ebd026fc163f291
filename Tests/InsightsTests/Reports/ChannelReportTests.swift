import Attribution
import Testing

@testable import Insights

/// Reports, by hand and against the questions asked one by one.
@Suite struct ChannelReportTests {
  private static let shape = ReportShape(
    conversion: "purchase", dimensions: ["channel", "device"], models: ["linear", "last_touch"])
  private static let day = EventTime(milliseconds: 20_000 * 86_400_000)

  private func conversion(
    _ id: String, revision: Int = 1, cents: Int64, path: [String], device: String = "ios",
    day: Int64 = 0, isRetracted: Bool = false
  ) -> ReportedConversion {
    let time = ChannelReportTests.day + .hours(day * 24 + 12)
    let value = Amount(units: cents, scale: 2)
    let models =
      path.isEmpty
      ? []
      : [
        Credits(normalizing: path.map { _ in 1 }), Credits(wholeTo: path.count - 1, of: path.count),
      ]
    return ReportedConversion(
      id: id, revision: revision, time: time, value: value, currency: "EUR",
      touches: path.enumerated().map { index, channel in
        .init(time: time - .hours(Int64(path.count - index)), values: [channel, device])
      },
      credits: models.map { credits in
        .init(
          millionths: path.indices.map { credits.millionths(at: $0) },
          values: value.shared(by: credits))
      },
      isRetracted: isRetracted)
  }

  private func row(
    _ report: ChannelReport, _ channel: String, day: Int64 = 0
  ) throws -> ReportRow {
    let window = ChannelReportTests.day + .days(day)
    return try #require(
      report.allRows().first {
        $0.key.dimension == 0 && $0.key.value == channel && $0.key.window == window
      })
  }

  /// Two purchases: Email, Search, Email for 90.00, and Search alone for 10.00.
  @Test func `assists and credit, by hand`() throws {
    var report = ChannelReport(shape: ChannelReportTests.shape)
    report.record(conversion("1", cents: 9_000, path: ["Email", "Search", "Email"]))
    report.record(conversion("2", cents: 1_000, path: ["Search"]))
    report.record(
      ReportedSpend(
        id: "spend", time: ChannelReportTests.day, dimension: 0, value: "Search",
        cost: Amount(units: 20, scale: 0), currency: "EUR"))
    let email = try row(report, "Email")
    #expect(email.touches == 2 && email.conversions == 1 && email.lastTouch == 1)
    #expect(email.assisted == 0 && email.assistToLast == 0)
    #expect(email.credits[0].value.description == "60.00")
    #expect(email.meanLength == 3 && email.meanLag == 3 * 3_600_000)
    let search = try row(report, "Search")
    #expect(search.touches == 2 && search.conversions == 2 && search.lastTouch == 1)
    #expect(search.assisted == 1 && search.assistedValue.description == "90.00")
    #expect(search.assistToLast == 1 && search.meanLength == 2)
    #expect(search.credits.map(\.value.description) == ["40.00", "10.00"])
    #expect(search.credits[0].millionths == 1_333_333)
    // 20 for 1⅓ conversions and 40.00 by the linear model; for one and 10.00 by the last touch.
    #expect(abs((search.costPerConversion(model: 0) ?? 0) - 15) < 0.001)
    #expect(search.returnOnSpend(model: 0) == 2 && search.returnOnSpend(model: 1) == 0.5)
    #expect(search.costPerAssist == 20)
    #expect(email.returnOnSpend(model: 0) == nil && email.costPerConversion(model: 0) == nil)
    // Both touches are of one device: it closes, and assists nobody but itself.
    let ios = try #require(report.allRows().first { $0.key.dimension == 1 })
    #expect(ios.conversions == 2 && ios.assisted == 0 && ios.lastTouch == 2)
  }

  @Test func `a correction takes out what was counted`() throws {
    var report = ChannelReport(shape: ChannelReportTests.shape)
    report.record(conversion("1", cents: 9_000, path: ["Email", "Search"]))
    _ = report.takeChanges()
    report.record(conversion("1", revision: 2, cents: 4_000, path: ["Direct"]))
    let changes = report.takeChanges().filter { $0.key.dimension == 0 }
    #expect(changes.map(\.key.value) == ["Direct", "Email", "Search"])
    #expect(changes.map(\.isEmpty) == [false, true, true])
    #expect(report.allRows().filter { $0.key.dimension == 0 }.count == 1)
    // An old revision says nothing; a retraction leaves nothing.
    report.record(conversion("1", cents: 9_000, path: ["Email"]))
    #expect(report.ignored == 1 && report.takeChanges().isEmpty)
    report.record(conversion("1", revision: 3, cents: 0, path: [], isRetracted: true))
    #expect(report.allRows().isEmpty)
  }

  @Test func `old windows are forgotten, and what comes for them is counted as ignored`() throws {
    var report = ChannelReport(shape: ChannelReportTests.shape, retention: .days(10))
    report.record(conversion("1", cents: 100, path: ["Email"]))
    report.record(conversion("2", cents: 100, path: ["Email"], day: 9))
    report.advance(to: ChannelReportTests.day + .days(12))
    #expect(report.allRows().allSatisfy { $0.key.window == ChannelReportTests.day + .days(9) })
    report.record(conversion("1", revision: 2, cents: 300, path: ["Email"]))
    #expect(report.ignored == 1)
  }

  @Test func `any order of any revisions gives the answers to the questions`() {
    for seed in 1...30 as ClosedRange<UInt64> {
      var dice = Dice(seed: seed)
      let channels = ["Email", "Search", "Direct"]
      var facts: [ReportedConversion] = []
      for _ in 0..<60 {
        let isRetracted = dice.below(8) == 0
        let id = dice.below(20)
        let path = (0..<1 + dice.below(4)).map { _ in channels[dice.below(3)] }
        facts.append(
          conversion(
            "\(id)", revision: 1 + facts.count { $0.id == "\(id)" },
            cents: Int64(dice.below(9_999)),
            path: path, device: ["ios", "desktop"][dice.below(2)], day: Int64(id % 3),
            isRetracted: isRetracted))
      }
      var report = ChannelReport(shape: ChannelReportTests.shape)
      for fact in facts.shuffled(using: &dice) { report.record(fact) }
      let reference = ReferenceReport(shape: ChannelReportTests.shape, facts: facts)
      let rows = report.allRows()
      for row in rows {
        #expect(
          [row.touches, row.conversions, row.lastTouch, row.assisted] == reference.counts(row.key))
        let money = [row.lastTouchValue, row.assistedValue] + row.credits.map(\.value)
        #expect(money.map { $0.widened(toScale: 2)?.units ?? 0 } == reference.money(row.key))
      }
      #expect(rows.reduce(0) { $0 + $1.lastTouch } > 0)
    }
  }

  // 30.00 for 60 clicks, of which two customers came, one of them for the second time.
  @Test func `what a customer and a click are worth, by hand`() throws {
    var report = ChannelReport(shape: ChannelReportTests.shape)
    func spend(_ id: String, _ cost: Int64, clicks: Int) -> ReportedSpend {
      ReportedSpend(
        id: id, time: ChannelReportTests.day, dimension: 0, value: "Search",
        cost: Amount(units: cost, scale: 2), currency: "EUR", clicks: clicks)
    }
    report.record(spend("a", 9_900, clicks: 7))
    report.record(spend("b", 1_000, clicks: 20))
    var first = conversion("1", cents: 9_000, path: ["Search"])
    first.isFirst = true
    report.record(first)
    report.record(conversion("2", cents: 3_000, path: ["Search"]))
    // The platform corrects itself.
    report.record(spend("a", 2_000, clicks: 40))
    let search = try row(report, "Search")
    #expect(search.cost.description == "30.00" && search.clicks == 60)
    #expect(search.costPerConversion(model: 0) == 15)
    #expect(search.costPerCustomer(model: 0) == 30)
    #expect(search.valuePerClick(model: 0) == 2)
    #expect(search.returnOnSpend(model: 0) == 4)
    var restored = try Saved(&report).restored()
    restored.record(spend("a", 0, clicks: 0))
    restored.record(spend("b", 0, clicks: 0))
    #expect(try row(restored, "Search").cost == .zero && row(restored, "Search").clicks == 0)
  }

  @Test func `a report taken up from bytes goes on as it was`() throws {
    var report = ChannelReport(shape: ChannelReportTests.shape)
    report.record(conversion("1", cents: 9_000, path: ["Email", "Search"]))
    _ = report.takeChanges()
    report.record(conversion("2", cents: 700, path: ["Search"], day: 1))
    let saved = Saved(&report)
    var restored = try saved.restored()
    #expect(restored.allRows() == report.allRows())
    // What had not been said is said, and what was counted can still be corrected.
    #expect(restored.takeChanges() == report.takeChanges())
    for revision in [2, 3] {
      let next = conversion("1", revision: revision, cents: 100, path: ["Direct", "Email"])
      restored.record(next)
      report.record(next)
    }
    #expect(restored.allRows() == report.allRows())
    for part in [saved.report] + saved.days.values {
      for length in 0..<part.count {
        let cut = Array(part.prefix(length))
        #expect(throws: ByteReader.Malformed.self) {
          try StateChecks.reading(cut) { reader in
            if part == saved.report {
              try restored.restore(from: &reader)
            } else {
              try restored.restoreDay(from: &reader)
            }
          }
        }
      }
    }
  }

  @Test(arguments: [
    (["channel"], ["linear", "last_touch"], TimeSpan.days(1)),
    (["campaign", "device"], ["linear", "last_touch"], .days(1)),
    (["channel", "device"], ["linear", "first_touch"], .days(1)),
    (["channel", "device"], ["linear", "last_touch"], .hours(1)),
  ])
  func `nothing is taken up of another shape`(
    dimensions: [String], models: [String], window: TimeSpan
  ) throws {
    let shape = ReportShape(
      conversion: "purchase", dimensions: dimensions, models: models, window: window)
    var report = ChannelReport(shape: ChannelReportTests.shape)
    report.record(conversion("1", cents: 9_000, path: ["Email", "Search"]))
    var other = try Saved(&report).restored(shape)
    #expect(other.allRows().isEmpty && other.takeDays().isEmpty)
  }

  @Test func `only days are saved again of which a conversion has changed`() throws {
    var report = ChannelReport(shape: ChannelReportTests.shape, retention: .days(30))
    for day in [0, 1, 2] {
      report.record(conversion("\(day)", cents: 100, path: ["Email"], day: Int64(day)))
    }
    report.record(conversion("one more", cents: 100, path: ["Email"], day: 0))
    let days = report.takeDays()
    #expect(days.count == 3 && days.allSatisfy { $0.bytes != nil })
    #expect(days.map(\.day) == [0, 1, 2].map { days[0].day + $0 })
    func changed() -> [Int64] { report.takeDays().filter { $0.bytes != nil }.map(\.day) }
    #expect(changed() == [])
    report.record(conversion("1", revision: 2, cents: 200, path: ["Email"], day: 1))
    #expect(changed() == [days[1].day])
    // An older revision says nothing.
    report.record(conversion("1", revision: 1, cents: 300, path: ["Email"], day: 1))
    #expect(changed() == [])
    // Two move away: the day is another one first, then none.
    report.record(conversion("0", revision: 2, cents: 100, path: ["Email"], day: 2))
    #expect(changed() == [days[0].day, days[2].day])
    report.record(conversion("one more", revision: 2, cents: 100, path: ["Email"], day: 2))
    #expect(changed() == [days[2].day])
    #expect(report.takeDays().map(\.day) == [days[1].day, days[2].day])
    // A day goes as a whole, when the last moment of it is too old.
    report.advance(to: ChannelReportTests.day + .days(32))
    #expect(report.takeDays().map(\.day) == [days[2].day])
    report.advance(to: ChannelReportTests.day + .days(33) - TimeSpan(milliseconds: 1))
    #expect(report.takeDays().map(\.day) == [days[2].day])
    report.advance(to: ChannelReportTests.day + .days(33))
    #expect(report.takeDays().isEmpty)
  }

  @Test func `what can be corrected has its rows, however short a window is`() {
    let shape = ReportShape(
      conversion: "purchase", dimensions: ["channel", "device"], models: ["linear", "last_touch"],
      window: .hours(1))
    var report = ChannelReport(shape: shape, retention: .days(30))
    report.record(conversion("1", cents: 100, path: ["Email"], day: 0))
    // Its hour is too old, its day is not yet.
    report.advance(to: ChannelReportTests.day + .days(30) + .hours(18))
    report.record(conversion("1", revision: 2, cents: 100, path: ["Email"], day: 2))
    #expect(report.allRows().map(\.touches) == [1, 1])
  }
}

/// A report as it is saved.
private struct Saved {
  var report: [UInt8]
  var days: [Int64: [UInt8]] = [:]
  private let shape: ReportShape

  init(_ report: inout ChannelReport) {
    var writer = ByteWriter()
    report.write(to: &writer)
    self.report = writer.bytes
    shape = report.shape
    for (day, bytes) in report.takeDays() { days[day] = bytes }
  }

  func restored(_ other: ReportShape? = nil) throws -> ChannelReport {
    var restored = ChannelReport(shape: other ?? shape)
    try StateChecks.reading(report) { reader in
      try restored.restore(from: &reader)
      #expect(reader.isAtEnd)
    }
    for day in days.values {
      try StateChecks.reading(day) { try restored.restoreDay(from: &$0) }
    }
    return restored
  }
}
