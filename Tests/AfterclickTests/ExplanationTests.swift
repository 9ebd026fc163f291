import Attribution
import Foundation
import Operations
import Pipeline
import Testing

@testable import afterclick

/// What `explain` says of a story with a refund, a repeat, a lead and a window.
@Suite struct ExplanationTests {
  private static let configuration = """
    inputs: [{topic: web-events, format: segment}]
    channels: {rules: [{channel: Newsletter, when: {source: news}}]}
    conversions:
      - name: purchase
        when: {event: Order Completed}
        value: /properties/revenue
        currency: /properties/currency
        deduplicate_by: /properties/order_id
        credits: signup
        windows: [{name: hours, lookback: 20h}]
        models: [{w_shaped: {lead: signup}}, participation]
      - {name: signup, when: {event: Signed Up}, kind: micro}
    adjustments:
      - when: {event: Order Refunded}
        conversion: purchase
        key: /properties/order_id
        subtract: /properties/revenue
      - {when: {event: Order Cancelled}, conversion: purchase, key: /properties/order_id}
    """

  private func page(_ id: String, _ time: String, _ query: String) -> String {
    """
    {"type":"page","messageId":"\(id)","anonymousId":"ann","timestamp":"2026-03-\(time):00:00Z",\
    "context":{"page":{"url":"https://shop.example/\(query)"}}}
    """
  }

  private func track(
    _ event: String, _ id: String, _ time: String, _ properties: String = ""
  ) -> String {
    """
    {"type":"track","messageId":"\(id)","anonymousId":"ann","timestamp":"2026-03-\(time):00:00Z",\
    "event":"\(event)","properties":{\(properties)}}
    """
  }

  private var story: [String] {
    [
      page("m1", "01T08", "?utm_source=google&utm_medium=cpc"),
      page("m2", "01T09", "?utm_source=google&utm_medium=cpc"),
      track("Signed Up", "s1", "02T08"),
      page("m3", "03T08", "?utm_source=news&utm_medium=email&utm_campaign=spring"),
      page("m4", "03T12", ""),
      track(
        "Order Completed", "o1", "04T08",
        "\"order_id\":\"1001\",\"revenue\":140,\"currency\":\"EUR\""),
      "no event at all",
      track("Order Refunded", "r1", "08T08", "\"order_id\":\"1001\",\"revenue\":20"),
      track("Order Refunded", "r2", "30T08", "\"order_id\":\"1002\",\"revenue\":20"),
    ]
  }

  private func text(
    _ id: String, _ lines: [String], _ configuration: String = ExplanationTests.configuration
  ) throws -> String? {
    let configuration = try Configuration.parse(configuration)
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("afterclick-\(UUID().uuidString).ndjson")
    try Data(lines.joined(separator: "\n").utf8).write(to: file)
    defer { remove(file) }
    let inputs = try ReplayArguments.inputs(
      ["web-events=\(file.path)"], configuration: configuration)
    let settings = Replay.Settings(
      rules: configuration.rules, limits: configuration.inputLimits, inputs: inputs,
      insights: configuration.insights)
    return try Explainer(settings).explain(id).map {
      ExplanationText($0, rules: configuration.rules).text
    }
  }

  private func remove(_ file: URL) {
    do {
      try FileManager.default.removeItem(at: file)
    } catch {
      // It is in the system's place for files that nobody needs.
    }
  }

  @Test func `a conversion is explained like this`() throws {
    let golden = """
      purchase:1001
        attributed, revision 2 (adjusted), a macro conversion by the rule purchase
        by ann at 2026-03-04T08:00:00.000Z, event o1

      Value
        reported first: 140.00 EUR
        2026-03-08T08:00:00.000Z less 20, event r1
        comes to: 120.00 EUR

      Path: 4 considered (lookback click 30d, view 1d, visit 30d), 3 credited
        -  2026-03-01T08:00:00.000Z  Paid Search  visit  dropped: a repeat (transforms)
             google / cpc, by the rule visit, event m1
             default channel rule 5: Paid Search
        1  2026-03-01T09:00:00.000Z  Paid Search  visit
             google / cpc, by the rule visit, event m2
             default channel rule 5: Paid Search
        2  2026-03-03T08:00:00.000Z  Newsletter  visit
             news / email, campaign spring, by the rule visit, event m3
             channel rule 1 of the configuration: Newsletter
        3  2026-03-03T12:00:00.000Z  Direct  visit
             (direct) / (none), by the rule visit, event m4
             default channel rule 1: Direct
        1 led to signup
        w_shaped (lead signup, first 0.3, lead_share 0.3, last 0.3)
          1  600000 / 1000000 = 0.6 → 72.00
          2  100000 / 1000000 = 0.1 → 12.00
          3  300000 / 1000000 = 0.3 → 36.00
        participation, which does not share
          1  1 / 1 = 1 → 120.00
          2  1 / 1 = 1 → 120.00
          3  1 / 1 = 1 → 120.00

      Window hours: 1 considered (lookback click 20h, view 20h, visit 20h), 1 credited
        1  2026-03-03T12:00:00.000Z  Direct  visit
             (direct) / (none), by the rule visit, event m4
             default channel rule 1: Direct
        w_shaped (lead signup, first 0.3, lead_share 0.3, last 0.3)
          1  600000 / 600000 = 1 → 120.00
        participation, which does not share
          1  1 / 1 = 1 → 120.00

      Path of signup:s1, which this conversion credits: 2 considered \
      (lookback click 30d, view 1d, visit 30d), 1 credited
        -  2026-03-01T08:00:00.000Z  Paid Search  visit  dropped: a repeat (transforms)
             google / cpc, by the rule visit, event m1
             default channel rule 5: Paid Search
        1  2026-03-01T09:00:00.000Z  Paid Search  visit
             google / cpc, by the rule visit, event m2
             default channel rule 5: Paid Search
        1 led to signup
        w_shaped (lead signup, first 0.3, lead_share 0.3, last 0.3)
          1  900000 / 900000 = 1 → 120.00
        participation, which does not share
          1  1 / 1 = 1 → 120.00

      """
    #expect(try text("purchase:1001", story) == golden)
  }

  @Test func `a retracted conversion says why`() throws {
    let cancelled = track("Order Cancelled", "x1", "05T08", "\"order_id\":\"1001\"")
    let golden = """
      purchase:1001
        retracted, revision 3 (retracted), a macro conversion by the rule purchase
        by ann at 2026-03-04T08:00:00.000Z, event o1

      Value
        reported first: 140.00 EUR
        2026-03-05T08:00:00.000Z cancelled, event x1
        2026-03-08T08:00:00.000Z less 20, event r1
        comes to: nothing, it is retracted

      """
    #expect(
      try text("purchase:1001", story + [cancelled])
        == golden.replacing("140.00 EUR", with: "140.00"))
  }

  @Test func `an id that is not there has no explanation`() throws {
    #expect(try text("purchase:1002", story) == nil)
    #expect(try text("nonsense", story) == nil)
  }

  @Test func `every touchpoint that was considered is listed`() throws {
    var lines: [String] = []
    for number in 0..<9 { lines.append(page("v\(number)", "0\(number / 3 + 1)T0\(number)", "")) }
    lines.append(track("Signed Up", "s1", "09T08"))
    let text = try #require(try text("signup:s1", lines))
    #expect(text.contains("9 considered"))
    #expect(text.contains("1 credited"))
    #expect(text.components(separatedBy: "event v").count == 10)
    #expect(text.components(separatedBy: "a repeat (transforms)").count == 9)
  }

  /// Two days of people, one every ten minutes: those who come by the newsletter buy, the others
  /// hardly ever do.
  private var learnable: [String] {
    (0..<288).flatMap { number in
      let time = "0\(1 + number / 144)T\(padded(number % 144 / 6)):\(number % 6)0"
      let isReader = number % 2 == 0
      let buys = isReader || number % 17 == 0
      let query = isReader ? "utm_source=news&utm_medium=email" : "utm_source=a&utm_medium=cpc"
      return [
        """
        {"type":"page","messageId":"v\(number)","anonymousId":"p\(number)",\
        "timestamp":"2026-03-\(time):00Z","context":{"page":{"url":"https://shop.example/?\(query)"}}}
        """,
        """
        {"type":"track","messageId":"b\(number)","anonymousId":"p\(number)",\
        "timestamp":"2026-03-\(time):30Z","event":"\(buys ? "Signed Up" : "Left")","properties":{}}
        """,
      ]
    }
  }

  private func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  @Test func `weights that were learned are explained by the numbers a replay gives them`() throws {
    let text = """
      inputs: [{topic: web-events, format: segment}]
      channels: {rules: [{channel: Newsletter, when: {source: news}}]}
      conversions:
        - name: signup
          when: {event: Signed Up}
          lookback: 1h
          models: [{data_driven: {learn_every: 6h, fewest_paths: 20}}, {time_decay: {half_life: 2h}}]
      late: {accept: 1h}
      """
    let explained = try #require(try self.text("signup:b286", learnable, text))
    #expect(explained.contains("time_decay (half_life 2h)"))
    let version = try #require(
      explained.firstMatch(of: #/data_driven \(version (\d+), method markov, order 1\)/#))
    #expect(Int(version.output.1) ?? 0 > 3, "\(explained)")
    let early = try #require(try self.text("signup:b2", learnable, text))
    #expect(early.contains("data_driven (version 0, answer linear)"), "\(early)")
  }
}
