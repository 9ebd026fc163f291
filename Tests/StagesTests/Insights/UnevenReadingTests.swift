import Attribution
import Insights
import Simulation
import Stages
import Testing

/// Several partitions of several logs, some of which are read long before others: what happened at
/// one time is judged together all the same.
@Suite struct UnevenReadingTests {
  private static let start = ShopTrafficSettings().start

  private static func traffic(
    days: Int64, seed: UInt64, incidents: [PlantedIncident] = []
  ) -> [TrafficRecord] {
    var settings = ShopTrafficSettings()
    settings.people = 20_000
    settings.eventsPerSecond = 0.2
    settings.dailyAmplitude = 0.4
    settings.shareLate = 0.03
    settings.currency = "EUR"
    settings.incidents = incidents
    var traffic = ShopTraffic(settings, generator: SeededGenerator(seed: seed))
    var records: [TrafficRecord] = []
    while let record = traffic.next(), record.at < start + .days(days) { records.append(record) }
    return records
  }

  private func summaries(_ alerts: [String]) -> [String] {
    alerts.map { alert in
      alert.firstMatch(of: #/"summary":"([^"]*)"/#).map { String($0.output.1) } ?? alert
    }
  }

  private static let incidents = [ShopDevice.iOS, .android].map { device in
    PlantedIncident(
      from: start + .days(2) + .hours(10), to: start + .days(2) + .hours(16), device: device,
      step: .order, factor: 0.05)
  }

  @Test(arguments: 1...2 as ClosedRange<UInt64>)
  func `a history that is read unevenly raises no alert`(seed: UInt64) throws {
    let traffic = UnevenReadingTests.traffic(days: 4, seed: seed)
    var shop = try UnevenShop(traffic, seed: seed)
    let live = UnevenReadingTests.start + .days(3) + .hours(16)
    try shop.catchUp(until: live)
    try shop.live(until: UnevenReadingTests.start + .days(4), from: live)
    #expect(summaries(try shop.alerts()) == [])
  }

  @Test(arguments: 1...2 as ClosedRange<UInt64>)
  func `six hours of downtime raise no alert`(seed: UInt64) throws {
    let traffic = UnevenReadingTests.traffic(days: 4, seed: seed)
    var shop = try UnevenShop(traffic, seed: seed)
    let down = UnevenReadingTests.start + .days(3)
    try shop.live(until: down, from: UnevenReadingTests.start)
    try shop.catchUp(until: down + .hours(6))
    try shop.live(until: UnevenReadingTests.start + .days(4), from: down + .hours(6))
    #expect(summaries(try shop.alerts()) == [])
  }

  @Test func `an incident in a history that is read unevenly is found where it was`() throws {
    let traffic = UnevenReadingTests.traffic(
      days: 4, seed: 5, incidents: UnevenReadingTests.incidents)
    var shop = try UnevenShop(traffic, seed: 5)
    let live = UnevenReadingTests.start + .days(3) + .hours(16)
    try shop.catchUp(until: live)
    try shop.live(until: UnevenReadingTests.start + .days(4), from: live)
    let alerts = try shop.alerts()
    let first = try #require(alerts.first)
    #expect(first.contains(#""kind":"conversion_drop""#))
    #expect(first.contains(#""step":"Checkout Started","next_step":"Order Completed""#))
    #expect(first.contains(#""suspects":[{"segment":{"device":"mobile"},"#))
    #expect(first.contains(#/"started_at":"2026-03-04T(09:5|10:)/#))
    #expect(alerts.last?.contains(#""status":"resolved""#) ?? false)
    let id = try #require(first.firstMatch(of: #/"alert_id":"[^"]*"/#)).output
    #expect(alerts.allSatisfy { $0.contains(id) }, "\(summaries(alerts))")
    // Whatever is held back goes into a checkpoint, and out of it.
    #expect(try shop.alerts(restart: 61) == alerts)
  }

  @Test func `what is read as it happens is judged at once`() throws {
    let traffic = UnevenReadingTests.traffic(
      days: 3, seed: 7, incidents: UnevenReadingTests.incidents)
    var shop = try UnevenShop(traffic, seed: 7)
    try shop.live(until: UnevenReadingTests.start + .days(3), from: UnevenReadingTests.start)
    var machine = InsightsMachine(
      rules: shop.plan.rules, journeysPartitions: UnevenShop.partitions)
    var slowest = TimeSpan.zero
    var output = OutgoingRecords()
    for (offset, record) in shop.told.enumerated() {
      try record.withUnsafeBytes {
        try machine.step(value: $0, offset: Int64(offset), output: &output)
      }
      if offset > 100 { slowest = max(slowest, machine.time - machine.judgedTime) }
    }
    #expect(slowest == .zero)
    #expect(machine.counters.alerts > 1)
  }
}
