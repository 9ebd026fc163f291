import Attribution
import Operations
import Simulation
import Testing

@testable import afterclick

@Suite struct DemoValuesTests {
  @Test(arguments: [DemoConfiguration.Guarantee.exactlyOnce, .atLeastOnce])
  func `the configuration is valid, and without warnings`(
    guarantee: DemoConfiguration.Guarantee
  ) throws {
    let demo = DemoConfiguration(
      application: "demo-abcde", bootstrapServers: "localhost:9092", guarantee: guarantee)
    let configuration = try Configuration.parse(demo.yaml)
    #expect(configuration.inputs.map(\.topic) == [demo.input])
    #expect(configuration.obstaclesToRunning().isEmpty)
    #expect(configuration.warnings.isEmpty, "\(configuration.warnings)")
    #expect(configuration.processing.guarantee.rawValue == guarantee.rawValue)
  }

  @Test func `an attributed conversion is read from its record`() throws {
    let json = """
      {"schema":"afterclick/attributed-conversion/v1","conversion_id":"purchase:ord-1",
       "conversion":"purchase","kind":"macro","revision":2,"status":"attributed",
       "reason":"late_touchpoint","person_id":"u-42","event_id":"e-1",
       "occurred_at":"2026-03-05T08:52:34.000Z","value":66.50,"currency":"EUR",
       "touchpoints":[
        {"channel":"Email","credit":{"first_touch":1,"last_touch":0,"linear":0.5,
         "position_based":0.5},"value":{"first_touch":66.50,"last_touch":0,"linear":33.25,
         "position_based":33.25}},
        {"channel":"Direct","credit":{"first_touch":0,"last_touch":1,"linear":0.5,
         "position_based":0.5},"value":{"first_touch":0,"last_touch":66.50,"linear":33.25,
         "position_based":33.25}}]}
      """
    let bytes = Array(json.utf8)
    let conversion = try bytes.withUnsafeBytes { try DemoConversion(json: $0) }
    #expect(conversion.cents == 6_650)
    #expect(conversion.revision == 2)
    #expect(conversion.touches.map(\.channel) == ["Email", "Direct"])
    #expect(conversion.touches[0].earned[ShownModel.firstTouch.rawValue] == .one(6_650))
    #expect(conversion.touches[1].earned[ShownModel.linear.rawValue].cents == 3_325)
    let cut = Array(bytes.dropLast(2))
    #expect(throws: DemoConversion.Unreadable.self) {
      try cut.withUnsafeBytes { try DemoConversion(json: $0) }
    }
  }

  @Test func `rates look back over their span and no further than their beginning`() {
    var meter = RateMeter(over: .seconds(60), since: .seconds(10))
    for second in 10..<40 { meter.add(5, at: .seconds(second)) }
    #expect((4.5...5.5).contains(meter.perSecond(at: .seconds(40))))
    for second in 40..<140 { meter.add(2, at: .seconds(second)) }
    #expect((1.8...2.2).contains(meter.perSecond(at: .seconds(140))))
    #expect(meter.perSecond(at: .seconds(300)) == 0)
  }

  @Test func `latency is that of the last samples`() throws {
    var window = LatencyWindow()
    #expect(window.quantiles == nil)
    for _ in 0..<LatencyWindow.capacity { window.add(.seconds(9)) }
    for number in 1...LatencyWindow.capacity { window.add(.milliseconds(number)) }
    let quantiles = try #require(window.quantiles)
    #expect(quantiles.p50 == .milliseconds(1_001))
    #expect(quantiles.p99 == .milliseconds(1_981))
  }

  @Test func `few conversions are all shown, of many the longest paths`() {
    var recent = RecentConversions()
    for number in 0..<3 { recent.offer(.sample("few \(number)", path: [("Direct", 10_000)])) }
    for step in 0..<3 { recent.advance(to: RecentConversions.pause * step) }
    #expect(recent.shown.map(\.id) == ["few 2", "few 1", "few 0"])
    #expect(!recent.isSelection)
    for number in 0..<50 { recent.offer(.sample("many \(number)", path: [("Direct", 10_000)])) }
    recent.offer(.sample("long"))
    recent.advance(to: .seconds(9))
    recent.advance(to: .seconds(10))
    #expect(recent.shown.first?.id == "long")
    #expect(recent.isSelection)
    #expect(recent.shown.count == 4)
  }

  @Test func `the feed keeps the order over a change of the rate`() {
    var settings = ShopTrafficSettings()
    settings.people = 1_000
    settings.eventsPerSecond = 0.05
    var feed = TrafficFeed(ShopTraffic(settings, generator: SeededGenerator(seed: 1)))
    let opening = settings.start + .days(1)
    var records = feed.take(upTo: opening, atMost: .max)
    #expect(records.count > 1_000)
    feed.change(eventsPerSecond: 50, from: opening)
    records += feed.take(upTo: opening + .minutes(5), atMost: 10)
    records += feed.take(upTo: opening + .minutes(5), atMost: .max)
    #expect(records.map(\.at) == records.map(\.at).sorted())
    #expect(records.last!.at > opening + .minutes(4))
  }

  @Test(arguments: [
    (0, 5, "0"), (1_234, 5, "1,234"), (12_345, 5, "12345"), (1_234_567, 7, "1234567"),
    (12_345_678, 7, "12,345k"), (1_234_567, 4, "1M"),
  ])
  func `numbers are shortened as far as they have to be`(
    number: Int, columns: Int, text: String
  ) {
    #expect(NumberText.grouped(number, columns: columns) == text)
  }

  @Test func `money and time are written for people`() {
    #expect(NumberText.money(cents: 123_456_705) == "1,234,567.05")
    #expect(NumberText.money(cents: -50) == "-0.50")
    #expect(NumberText.clock(.seconds(7)) == "0:07")
    #expect(NumberText.clock(.seconds(3_723)) == "1:02:03")
    #expect(NumberText.rate(9.94) == "9.9")
    #expect(NumberText.rate(1_234.5) == "1,235")
  }
}
