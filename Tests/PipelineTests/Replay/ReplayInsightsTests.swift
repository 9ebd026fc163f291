import Attribution
import Foundation
import Insights
import Operations
import Pipeline
import Simulation
import Stages
import Testing

/// Funnels, alerts and reports of a replay: from lines of a file to lines of files.
@Suite struct ReplayInsightsTests {
  private static let watched =
    ShopReplay.configuration + """

      funnels:
        - name: checkout
          within: 1d
          steps:
            - {name: product, when: {event: Product Viewed}}
            - {name: cart, when: {event: Product Added}}
            - {name: payment, when: {event: Checkout Started}}
            - {name: purchase, when: {event: Order Completed}}
          segments: [device, country]
      alerts: {false_alarms_per_week: 1}
      reports: {dimensions: [channel]}
      """

  /// Two days of a shop whose orders fail on mobile devices, from 6:00 to 12:00 on the second day.
  private static let lines: [UInt8] = {
    var settings = ShopTrafficSettings()
    settings.people = 20_000
    settings.eventsPerSecond = 0.5
    settings.currency = "EUR"
    let day = settings.start + .days(1)
    settings.incidents = [ShopDevice.iOS, .android].map { device in
      PlantedIncident(
        from: day + .hours(6), to: day + .hours(12), device: device, step: .order, factor: 0.02)
    }
    var traffic = ShopTraffic(settings, generator: SeededGenerator(seed: 11))
    var records: [TrafficRecord] = []
    while let record = traffic.next(), record.at < day + .hours(20) { records.append(record) }
    return ShopReplay.lines(records)
  }()

  private struct Written: Equatable {
    var conversions: [UInt8]
    var alerts: [UInt8]
    var reports: [UInt8]

    func lines(_ bytes: KeyPath<Written, [UInt8]>) -> [String] {
      self[keyPath: bytes].split(separator: 0x0a).map { String(decoding: $0, as: UTF8.self) }
    }
  }

  /// What a replay of the shop says, found out once for all tests.
  private static let once = Result { try ReplayInsightsTests.replay(ReplayInsightsTests.watched) }

  private static func replay(_ configuration: String) throws -> Written {
    let directory = try TemporaryDirectory()
    let path = try directory.write(ReplayInsightsTests.lines, to: "events")
    let configuration = try Configuration.parse(configuration)
    let input = configuration.inputs[0]
    let settings = Replay.Settings(
      rules: configuration.rules,
      inputs: [ReplayInput(topic: input.topic, format: input.format, path: path)],
      presumedNow: ShopReplay.now, insights: configuration.insights)
    var replay = try Replay(
      settings, conversions: try LineWriter(replacing: directory.file("conversions")),
      deadLetters: nil, alerts: try LineWriter(replacing: directory.file("alerts")),
      reports: try LineWriter(replacing: directory.file("reports")))
    let report = try replay.run()
    let written = Written(
      conversions: try directory.read("conversions"), alerts: try directory.read("alerts"),
      reports: try directory.read("reports"))
    #expect(report.alerts == written.lines(\.alerts).count)
    return written
  }

  @Test func `a checkout that breaks on some devices is one alert that names them`() throws {
    let first = try ReplayInsightsTests.once.get()
    let alerts = first.lines(\.alerts)
    let firing = try #require(alerts.first)
    #expect(firing.contains(#""status":"firing""#) && firing.contains(#""kind":"conversion_drop""#))
    #expect(firing.contains(#""step":"payment","next_step":"purchase""#))
    #expect(firing.contains(#""suspects":[{"segment":{"device":"mobile"},"#))
    #expect(firing.contains(#""started_at":"2026-03-03T06:"#))
    #expect(alerts.last?.contains(#""status":"resolved""#) ?? false)
    #expect(alerts.last?.contains(#""resolved_at":"2026-03-03T1"#) ?? false)
    let id = try #require(firing.firstMatch(of: #/"alert_id":"[^"]*"/#)).output
    #expect(alerts.allSatisfy { $0.contains(id) })
    #expect(first.lines(\.reports).contains { $0.contains(#""funnel":"checkout""#) })

    #expect(try ReplayInsightsTests.replay(ReplayInsightsTests.watched) == first)
  }

  @Test func `what a report says of a channel is what was attributed to it`() throws {
    let written = try ReplayInsightsTests.once.get()
    var last: [Substring: Int] = [:]
    for line in written.lines(\.reports)
    where line.contains(#""conversion":"purchase","dimension""#) {
      let id = try #require(line.firstMatch(of: #/"report_id":"([^"]*)"/#)).output.1
      let count = try #require(line.firstMatch(of: #/"last_touch_conversions":(\d+)/#)).output.1
      last[id] = Int(count)
    }
    var standing: [Substring: String] = [:]
    for line in written.lines(\.conversions) where line.contains(#""conversion":"purchase""#) {
      standing[try #require(line.firstMatch(of: #/"conversion_id":"([^"]*)"/#)).output.1] = line
    }
    let attributed = standing.values.filter { $0.contains(#""status":"attributed""#) }
    #expect(attributed.count > 500 && last.values.reduce(0, +) == attributed.count)
    let ended = attributed.count { line in
      line.firstMatch(of: #/"channel_path":\[[^\]]*"Email"\]/#) != nil
    }
    let email = last.filter { $0.key.hasSuffix("/Email") }.values.reduce(0, +)
    #expect(ended > 10 && email == ended)
  }

  @Test func `who watches nothing gets the same conversions, and nothing else`() throws {
    let unwatched = try ReplayInsightsTests.replay(ShopReplay.configuration)
    #expect(unwatched.alerts.isEmpty && unwatched.reports.isEmpty)
    // Events that only a funnel needs are signs of time, too: when something is said may differ.
    func texts(_ written: Written) -> [String] {
      written.lines(\.conversions).map { $0.replacing(#/"emitted_at":"[^"]*"/#, with: "") }
    }
    #expect(try texts(ReplayInsightsTests.once.get()) == texts(unwatched))
  }
}
