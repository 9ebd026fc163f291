import Foundation
import Testing

@testable import Attribution
@testable import Formats
@testable import Insights

/// Paths and cohorts as records: golden text and schema.
@Suite struct SummaryJSONTests {
  private static let monday = EventTime(milliseconds: 1_772_409_600_000)

  private func pathReport() throws -> PathReport {
    var history = PathHistory()
    for _ in 0..<3 {
      history.add(
        conversion: ["Email", "Search"], at: SummaryJSONTests.monday, after: .minutes(90))
    }
    history.add(conversion: ["Search"], at: SummaryJSONTests.monday, after: .days(4_000))
    history.add(conversion: ["Direct"], at: SummaryJSONTests.monday, after: .zero)
    history.add(conversion: ["Direct"], at: SummaryJSONTests.monday, after: .zero, count: -1)
    history.add(departure: ["Search"], at: SummaryJSONTests.monday)
    let changes = history.takeChanges()
    #expect(changes.count == 1 && history.takeChanges().isEmpty)
    return try #require(changes.first)
  }

  private func cohort() throws -> CohortTable.Row {
    var table = CohortTable()
    let monday = SummaryJSONTests.monday
    table.acquire(at: monday + .days(6), count: 12)
    table.convert(
      acquired: monday, at: monday + .days(8), value: Amount(units: 1_050, scale: 2),
      currency: "EUR")
    // Another currency: it counts, but not its value.
    table.convert(
      acquired: monday, at: monday + .days(8), value: Amount(units: 999, scale: 2),
      currency: "USD")
    return try #require(table.takeChanges().first)
  }

  @Test func `paths have this text, which fits the schema`() throws {
    var json = JSONWriter()
    try pathReport().write(ofRuleNamed: "purchase", to: &json)
    let golden = """
      {"schema":"afterclick/path-report/v1","report_id":"purchase/paths/2026-02-06T00:00:00.000Z",
      "conversion":"purchase","from":"2026-02-06T00:00:00.000Z","to":"2026-03-08T00:00:00.000Z",
      "conversions":4,"departures":1,"top_paths":[{"path":["Email","Search"],"conversions":3,
      "departures":0},{"path":["Search"],"conversions":1,"departures":1}],
      "path_lengths":[{"touchpoints":1,"conversions":1},{"touchpoints":2,"conversions":3}],
      "time_lags":[{"below_seconds":8192,"conversions":3},{"conversions":1}]}
      """
    #expect(
      String(decoding: json.bytes, as: UTF8.self)
        == golden.replacingOccurrences(of: "\n", with: ""))
    #expect(try SchemaCheck(named: "path-report").differences(in: json.bytes) == [])
  }

  @Test func `a cohort has this text, which fits the schema`() throws {
    var json = JSONWriter()
    try cohort().write(ofRuleNamed: "purchase", to: &json)
    let golden = """
      {"schema":"afterclick/cohort-report/v1",
      "report_id":"purchase/cohort/2026-03-02T00:00:00.000Z","conversion":"purchase",
      "from":"2026-03-02T00:00:00.000Z","to":"2026-03-09T00:00:00.000Z","people":12,
      "currency":"EUR","periods":[{"age":1,"conversions":2,"value":10.50}]}
      """
    #expect(
      String(decoding: json.bytes, as: UTF8.self)
        == golden.replacingOccurrences(of: "\n", with: ""))
    #expect(try SchemaCheck(named: "cohort-report").differences(in: json.bytes) == [])
  }

  @Test func `older periods go for newer ones, and what is too old is not counted`() throws {
    var history = PathHistory()
    let start = SummaryJSONTests.monday
    for period in 0..<Int64(PathHistory.limit + 2) {
      history.add(departure: ["A"], at: start + .days(30 * period))
    }
    #expect(history.merged().others == PathHistory.limit)
    history.add(departure: ["B"], at: start)
    #expect(history.merged().channels == ["A"])
    history.add(conversion: ["A"], at: start + .days(30 * 5), after: .zero, count: 2)
    history.add(conversion: ["C", "A"], at: start + .days(30 * 4), after: .zero, count: 9)
    // The most frequent first, whatever came when.
    #expect(history.merged().channels == ["C", "A"])
  }
}
