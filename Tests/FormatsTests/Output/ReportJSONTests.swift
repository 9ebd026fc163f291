import Foundation
import Testing

@testable import Attribution
@testable import Formats
@testable import Insights

/// Rows of reports as records: golden text, schema, and the example of the handbook.
@Suite struct ReportJSONTests {
  private static let day = EventTime(milliseconds: 1_772_668_800_000)
  private static let shape = ReportShape(
    conversion: "purchase", dimensions: ["channel"], models: ["last_touch", "linear"])

  /// Two purchases and a cost, as in the handbook's example.
  private func rows() -> [ReportRow] {
    var report = ChannelReport(shape: ReportJSONTests.shape)
    let noon = ReportJSONTests.day + .hours(12)
    let touches = ["Email", "Search", "Email"].enumerated().map { index, channel in
      ReportedConversion.Touch(time: noon - .hours(3 - Int64(index)), values: [channel])
    }
    let third = Amount(units: 3_000, scale: 2)
    report.record(
      ReportedConversion(
        id: "purchase:1", time: noon, value: Amount(units: 9_000, scale: 2), currency: "EUR",
        touches: touches,
        credits: [
          .init(
            millionths: [0, 0, 1_000_000], values: [.zero, .zero, Amount(units: 9_000, scale: 2)]),
          .init(millionths: [333_334, 333_333, 333_333], values: [third, third, third]),
        ]))
    let ten = Amount(units: 1_000, scale: 2)
    report.record(
      ReportedConversion(
        id: "purchase:2", time: noon, value: ten, currency: "EUR",
        touches: [.init(time: noon - .minutes(90), values: ["Search"])],
        credits: [
          .init(millionths: [1_000_000], values: [ten]),
          .init(millionths: [1_000_000], values: [ten]),
        ], isFirst: true))
    report.record(
      ReportedSpend(
        id: "spend", time: noon, dimension: 0, value: "Search",
        cost: Amount(units: 2_000, scale: 2),
        currency: "EUR", clicks: 50))
    return report.takeChanges()
  }

  private func json(_ row: ReportRow) -> [UInt8] {
    var writer = JSONWriter()
    row.write(of: ReportJSONTests.shape, to: &writer)
    return writer.bytes
  }

  @Test func `a row of a channel has this text`() throws {
    let rows = rows()
    #expect(rows.map(\.key.value) == ["Email", "Search"])
    let golden = """
      {"schema":"afterclick/channel-report/v1",
      "report_id":"purchase/channel/2026-03-05T00:00:00.000Z/EUR/Search",
      "conversion":"purchase","dimension":"channel","value":"Search",
      "from":"2026-03-05T00:00:00.000Z","to":"2026-03-06T00:00:00.000Z","currency":"EUR",
      "touches":2,"conversions":2,"last_touch_conversions":1,"last_touch_value":10.00,
      "assisted_conversions":1,"assisted_value":90.00,"assist_to_last":1,
      "mean_path_length":2,"mean_time_lag_seconds":8100,
      "models":{"last_touch":{"conversions":1,"value":10.00,"first_conversions":1,
      "cost_per_conversion":20,"cost_per_customer":20,"return_on_spend":0.5,"value_per_click":0.2},
      "linear":{"conversions":1.333333,"value":40.00,"first_conversions":1,
      "cost_per_conversion":15,"cost_per_customer":20,"return_on_spend":2,"value_per_click":0.8}},
      "cost":20.00,"clicks":50,"cost_per_assisted_conversion":20}
      """
    #expect(
      String(decoding: json(rows[1]), as: UTF8.self)
        == golden.replacingOccurrences(of: "\n", with: ""))
  }

  @Test func `rows of channels fit the schema`() throws {
    let schema = try SchemaCheck(named: "channel-report")
    var empty = ReportRow(
      key: .init(window: ReportJSONTests.day, dimension: 0, value: "\"/\n", currency: ""), models: 2
    )
    for row in rows() + [empty] { #expect(try schema.differences(in: json(row)) == []) }
    empty.touches = -1
    #expect(try !schema.differences(in: json(empty)).isEmpty)
    let text = String(decoding: json(rows()[1]), as: UTF8.self)
    for (part, other) in [
      ("\"touches\":2", "\"touches\":2.5"), ("\"value\":40.00", "\"value\":\"40\""), ("v1", "v2"),
      ("\"conversions\":1,", ""), ("\"mean_path_length\":2", "\"mean_path_length\":0.5"),
    ] {
      let changed = text.replacingOccurrences(of: part, with: other)
      #expect(changed != text)
      #expect(try !schema.differences(in: Array(changed.utf8)).isEmpty, "\(part)")
    }
  }

  private static let outline = FunnelOutline(
    name: "checkout", steps: ["cart", "purchase"], dimensions: ["device"], within: .hours(1))

  /// Two people begin, one of them on each device; one buys after ten minutes.
  private func funnelRows(_ outline: FunnelOutline) -> [FunnelReport.Row] {
    var report = FunnelReport(outline: outline)
    let noon = ReportJSONTests.day + .hours(12)
    for device in ["ios", "desktop"] {
      report.record(.reached(StageReached(stage: 0, time: noon, began: noon, segments: [device])))
    }
    report.record(
      .reached(
        StageReached(
          stage: 1, time: noon + .minutes(10), began: noon,
          origin: .init(time: noon, segments: ["ios"]), segments: ["ios"],
          value: Amount(units: 1_999, scale: 2), currency: "EUR")))
    return report.takeChanges()
  }

  private func json(_ row: FunnelReport.Row, _ outline: FunnelOutline) -> [UInt8] {
    var writer = JSONWriter()
    row.write(of: outline, to: &writer)
    return writer.bytes
  }

  @Test func `a row of a funnel has this text`() throws {
    let rows = funnelRows(ReportJSONTests.outline)
    #expect(rows.map(\.key.value) == ["", "desktop", "ios"])
    let golden = """
      {"schema":"afterclick/funnel-report/v1",
      "report_id":"funnel/checkout/device/2026-03-05T00:00:00.000Z/ios","funnel":"checkout",
      "dimension":"device","value":"ios","from":"2026-03-05T00:00:00.000Z",
      "to":"2026-03-06T00:00:00.000Z","currency":"EUR","conversion_rate":1,"stages":[
      {"stage":1,"step":"cart","reached":1,"value":0,"completion":1,"drop_off":0},
      {"stage":2,"step":"purchase","reached":1,"value":19.99,
      "seconds_from_previous":{"p50":768,"p90":972.8,"p99":1018.9},
      "seconds_from_start":{"p50":768,"p90":972.8,"p99":1018.9}}]}
      """
    #expect(
      String(decoding: json(rows[2], ReportJSONTests.outline), as: UTF8.self)
        == golden.replacingOccurrences(of: "\n", with: ""))
  }

  @Test func `rows of funnels fit the schema`() throws {
    let schema = try SchemaCheck(named: "funnel-report")
    var unordered = ReportJSONTests.outline
    unordered.isOrdered = false
    for outline in [ReportJSONTests.outline, unordered] {
      for row in funnelRows(outline) {
        #expect(try schema.differences(in: json(row, outline)) == [])
      }
    }
    let whole = funnelRows(unordered)[0]
    let text = String(decoding: json(whole, unordered), as: UTF8.self)
    #expect(whole.id(in: unordered) == "funnel/checkout/2026-03-05T00:00:00.000Z")
    #expect(!text.contains("step") && !text.contains("dimension"))
    for (part, other) in [
      ("\"stage\":1", "\"stage\":0"), ("\"p50\":768", "\"p50\":\"768\""), ("v1", "v2"),
      ("\"reached\":1", "\"reached\":-1"), ("\"drop_off\":0.5", "\"drop_off\":1.5"),
    ] {
      let changed = text.replacingOccurrences(of: part, with: other)
      #expect(changed != text)
      #expect(try !schema.differences(in: Array(changed.utf8)).isEmpty, "\(part)")
    }
  }
}
