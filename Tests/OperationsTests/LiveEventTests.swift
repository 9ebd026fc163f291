import Foundation
import Insights
import Operations
import Pipeline
import Testing

@Suite struct LiveEventTests {
  private let desk = OperationsDesk(
    token: nil, name: .init(application: "app", instance: "host-1", version: "1"))

  private func record(
    _ number: Int, channel: String = "Email", campaign: String = "x", steps: Int = 1,
    value: String = "12.50", currency: String = "EUR"
  ) -> [UInt8] {
    let touchpoints = (0..<steps).map { _ in
      "{\"channel\":\"\(channel)\",\"credit\":{\"last_touch\":1},\"campaign\":\"\(campaign)\"}"
    }
    return Array(
      """
      {"conversion_id":"purchase:\(number)","conversion":"purchase","revision":1,\
      "status":"attributed","person_id":"kim@shop.example","occurred_at":"2026-03-05T10:20:00.000Z",\
      "value":\(value),"currency":"\(currency)","path_length":\(steps),\
      "touchpoints":[\(touchpoints.joined(separator: ","))]}
      """.utf8)
  }

  private func event(
    _ conversions: RecentConversions, _ figures: PipelineFigures = SampleFigures.busy,
    after last: inout Int
  ) throws -> [String: Any] {
    let text = desk.event(figures, conversions, after: &last, at: SampleFigures.now)
    #expect(text.hasPrefix("data: {") && text.hasSuffix("}\n\n"))
    // A line break inside would be the end of it.
    #expect(text.utf8.count { $0 == 0x0a || $0 == 0x0d } == 2)
    let json = try JSONSerialization.jsonObject(with: Data(text.dropFirst(6).utf8))
    return try #require(json as? [String: Any])
  }

  @Test func `an event says how the daemon is`() throws {
    var last = 0
    let event = try self.event(RecentConversions(), after: &last)
    #expect(event["instance"] as? String == "host-1")
    #expect(event["records"] as? Int == 7)
    #expect(event["lag"] as? Int == 12)
    #expect(event["deadLetters"] as? Int == 3)
    #expect((event["reasons"] as? [String])?.count == 2)
    let partitions = try #require(event["partitions"] as? [[String: Any]])
    #expect(
      partitions.map { $0["state"] as? String }
        == ["live", "live", "restoring", "replaying", "live"])
  }

  @Test func `a watcher hears of each conversion once, and of nobody's name`() throws {
    var conversions = RecentConversions()
    for number in 1...3 { conversions.add(record(number)) }
    var last = 0
    let first = try event(conversions, after: &last)
    let news = try #require(first["news"] as? [[String: Any]])
    #expect(
      news.map { $0["conversion_id"] as? String } == ["purchase:1", "purchase:2", "purchase:3"])
    #expect(news[0]["value"] as? Double == 12.5)
    #expect(!"\(first)".contains("kim@shop.example"))
    conversions.add(record(4))
    #expect((try event(conversions, after: &last)["news"] as? [Any])?.count == 1)
    #expect((try event(conversions, after: &last)["news"] as? [Any])?.count == 0)
  }

  @Test func `markup is a text like others`() throws {
    var conversions = RecentConversions()
    let markup = #"<script>alert(1)</script>\u2028\n"#
    conversions.add(record(1, channel: markup, campaign: markup, currency: "<b>"))
    var last = 0
    let news = try #require(
      try event(conversions, after: &last)["news"] as? [[String: Any]])
    let touchpoints = try #require(news[0]["touchpoints"] as? [[String: Any]])
    #expect(touchpoints[0]["channel"] as? String == "<script>alert(1)</script>\u{2028}\n")
    #expect(touchpoints[0]["campaign"] as? String == "<script>alert(1)</script>\u{2028}\n")
    #expect(news[0]["worth"] as? String == "12.50 <b>")
  }

  @Test(arguments: [
    ("191.80", "EUR", "191.80 EUR"), ("191.8", "EUR", "191.80 EUR"), ("0", "EUR", "0.00 EUR"),
    ("1234567.5", "USD", "1,234,567.50 USD"), ("1192", "JPY", "1,192 JPY"),
    ("100", "KWD", "100.000 KWD"), ("-5.05", "EUR", "-5.05 EUR"), ("0.0005", "EUR", "0.0005 EUR"),
    ("999.99", "EUR", "999.99 EUR"), ("1000", "EUR", "1,000.00 EUR"),
    ("1e300", "EUR", "1e+300 EUR"),
  ])
  func `money has the decimals of its currency`(
    value: String, currency: String, text: String
  ) throws {
    var conversions = RecentConversions()
    conversions.add(record(1, value: value, currency: currency))
    var last = 0
    let news = try #require(
      try event(conversions, after: &last)["news"] as? [[String: Any]])
    #expect(news[0]["worth"] as? String == text)
  }

  @Test func `alerts and funnels are there, as text and rounded`() throws {
    var last = 0
    let event = try self.event(RecentConversions(), after: &last)
    let insights = try #require(event["insights"] as? [String: Any])
    #expect(insights["partitions"] as? [Int] == [0])
    let alert = try #require((insights["alerts"] as? [[String: Any]])?.first)
    #expect(alert["severity"] as? String == "critical")
    #expect(alert["suspects"] as? [String] == ["os=iOS"])
    #expect(alert["also"] as? [String] == ["<i>product → cart"])
    #expect(alert["lost"] as? Double == 40)
    #expect(alert["value"] as? Double == 1_234.57)
    #expect(alert["since"] as? String == "2026-03-05T08:52:00.000Z")
    let closed = try #require((insights["closedAlerts"] as? [[String: Any]])?.first)
    #expect(closed["severity"] as? String == "critical")
    #expect(closed["until"] as? String == "2026-03-05T08:56:00.000Z")
    let funnel = try #require((insights["funnels"] as? [[String: Any]])?.first)
    #expect(funnel["name"] as? String == "<script>")
    let step = try #require((funnel["steps"] as? [[String: Any]])?.last)
    let history = try #require(step["history"] as? [Any])
    #expect(history[0] is NSNull && history[1] as? Double == 1 && history[2] as? Double == 0.5)
    // Where nothing is watched, nothing is said.
    let quiet = try self.event(RecentConversions(), SampleFigures.running(), after: &last)
    #expect(quiet["insights"] == nil)
  }

  @Test func `of several partitions the worst comes first, and there is an end to it`() throws {
    var one = SampleFigures.overview
    one.alerts = (0..<40).map { number in
      var alert = SampleFigures.alert
      alert.id = "one/\(number)"
      alert.severity = number == 7 ? .critical : .info
      return alert
    }
    var other = one
    other.alerts[3].impact.lostConversions = 99
    one.add(other)
    #expect(one.alerts.count == InsightsOverview.maximumAlerts)
    #expect(one.moreAlerts == 30)
    #expect(one.alerts.prefix(2).allSatisfy { $0.severity == .critical })
    #expect(one.alerts[2].impact.lostConversions == 99)
    #expect(one.funnels.count == 2)
    for _ in 0..<30 { one.add(SampleFigures.overview) }
    #expect(one.funnels.count == InsightsOverview.maximumFunnels)
    #expect(one.moreFunnels == 16)
    #expect(one.closedAlerts.count == InsightsOverview.maximumClosedAlerts)
    #expect(one.reports.count == InsightsOverview.maximumReports)
  }

  @Test func `everything that is kept or sent is bounded`() throws {
    var conversions = RecentConversions()
    for number in 1...1_000 { conversions.add(record(number)) }
    #expect(conversions.last == 1_000)
    #expect(conversions.since(0, limit: 10_000).count == RecentConversions.capacity)
    conversions.add([UInt8](repeating: 0x20, count: RecentConversions.maximumBytes + 1))
    #expect(conversions.last == 1_000)
    conversions.add(Array("no JSON".utf8))
    conversions.add(record(7, channel: String(repeating: "x", count: 500), steps: 20))
    var last = 0
    let partitions = (0..<600).map { SampleFigures.partition("t", $0) }
    let event = try self.event(conversions, SampleFigures.running(partitions), after: &last)
    let news = try #require(event["news"] as? [[String: Any]])
    #expect(news.count == 49)
    let touchpoints = try #require(news.last?["touchpoints"] as? [[String: Any]])
    #expect(touchpoints.count == 12)
    #expect((touchpoints[0]["channel"] as? String)?.count == 80)
    #expect((event["partitions"] as? [Any])?.count == 512)
    #expect(event["morePartitions"] as? Int == 88)
  }
}
