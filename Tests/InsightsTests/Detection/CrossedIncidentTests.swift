import Attribution
import Testing

@testable import Insights

/// Faults of those who have two values at once.
@Suite struct CrossedIncidentTests {
  private static let brokenSince: Int64 = 3 * 1_440 + 600

  /// Three quiet days and ten hours, then a fault for some hours.
  private func shop(
    _ values: [String?], ratio: Double = 0.1, hours: Int64 = 10, seed: UInt64 = 1,
    settings: AlertSettings = AlertSettings()
  ) -> CrossedShop {
    var shop = CrossedShop(seed: seed, settings: settings)
    let start = CrossedIncidentTests.brokenSince
    shop.faults = [.init(from: start, to: start + hours * 60, ratio: ratio, values: values)]
    return shop
  }

  private func segments(_ alert: Alert?) -> [[Alert.Segment]]? { alert?.suspects.map(\.segments) }

  @Test func `whoever has both values is named, and nobody who has one`() throws {
    var shop = shop(["ios", "5.2", nil])
    shop.run(days: 4.5)
    let first = try #require(shop.alerts.first)
    #expect(segments(first) == [[.init("device", "ios"), .init("version", "5.2")]])
    #expect(first.suspects[0].share > 0.5)
    #expect(first.summary.contains(" for device ios with version 5.2 since "))
    #expect(
      (first.startedAt - SmallShop.time(CrossedIncidentTests.brokenSince)).milliseconds.magnitude
        < 3_600_000)
    // A rate of their own: three in ten, of whom a tenth is left.
    #expect(abs(first.expected.rate - 0.3) < 0.05 && first.observed.rate < 0.12)
    #expect(first.observed.entered > 20)
    #expect(Set(shop.alerts.map(\.id)).count == 1)
    let last = try #require(shop.alerts.last)
    #expect(last.status == .resolved && last.resolution == .recovered)
    // What nine in ten of about 0.6 a minute are, in ten hours.
    #expect(last.impact.lostConversions > 220 && last.impact.lostConversions < 420)
    // They are followed themselves: a third of a device would take much longer to be sure of.
    let resolved = try #require(last.resolvedAt)
    #expect(resolved > SmallShop.time(CrossedIncidentTests.brokenSince + 600))
    #expect(resolved < SmallShop.time(CrossedIncidentTests.brokenSince + 600 + 120))
  }

  @Test func `where a whole value is broken it is that value`() {
    for seed in 1...2 as ClosedRange<UInt64> {
      var shop = shop(["ios", nil, nil], ratio: 0.4, seed: seed)
      shop.run(minutes: CrossedIncidentTests.brokenSince + 600)
      #expect(!shop.alerts.isEmpty)
      #expect(shop.alerts.allSatisfy { segments($0) == [[.init("device", "ios")]] })
    }
  }

  @Test func `where everybody is hit it is everybody`() {
    var shop = shop([nil, nil, nil], ratio: 0.5)
    shop.run(minutes: CrossedIncidentTests.brokenSince + 600)
    #expect(!shop.alerts.isEmpty && shop.alerts.allSatisfy(\.suspects.isEmpty))
  }

  @Test(arguments: [0.4, 2])
  func `those who are always unlike their values are no suspects`(interaction: Double) {
    var shop = shop([nil, nil, "FR"], ratio: 0.3)
    shop.interaction = interaction
    shop.run(minutes: CrossedIncidentTests.brokenSince)
    #expect(shop.alerts.isEmpty, "\(shop.alerts.map(\.summary))")
    shop.run(minutes: 600)
    #expect(!shop.alerts.isEmpty)
    #expect(shop.alerts.allSatisfy { segments($0) == [[.init("country", "FR")]] })
  }

  @Test func `a slow step is one of a whole value, and ends`() throws {
    var shop = shop(["ios", "5.2", nil], ratio: 1)
    shop.faults[0].slowness = 6
    shop.run(days: 5)
    let slow = shop.alerts.filter { $0.kind == .slowStep }
    #expect(slow.allSatisfy { $0.suspects.allSatisfy { $0.segments.count == 1 } })
    #expect(shop.alerts.last?.status == .resolved)
  }

  @Test func `what lasts is accepted of them alone, and then nothing is wrong`() throws {
    var settings = AlertSettings()
    settings.acceptLevelAfter = .days(1)
    var shop = shop(["ios", "5.2", nil], hours: 10_000, settings: settings)
    shop.run(days: 4.5)
    #expect(shop.alerts.last?.status == .resolved)
    let before = shop.alerts.count
    shop.run(days: 3)
    #expect(shop.alerts.map(\.resolution).filter { $0 != nil } == [.acceptedLevel])
    #expect(shop.alerts.count == before, "\(shop.alerts.dropFirst(before).map(\.summary))")
  }

  @Test func `the same facts give the same bytes`() {
    var shop = shop(["ios", "5.2", nil])
    shop.run(days: 0.5)
    var again = CrossedShop()
    again.run(days: 0.5)
    #expect(again.bytes == shop.bytes)
  }

  @Test func `taken up in the middle it goes on as if nothing had been`() throws {
    var shop = shop(["ios", "5.2", nil])
    shop.run(minutes: CrossedIncidentTests.brokenSince + 301)
    #expect(shop.watch.transitions[0].incident?.explanation.cells.count == 1)
    var restored = shop
    let bytes = shop.bytes
    restored.watch = FunnelWatch(
      outline: CrossedShop.outline, settings: AlertSettings(), falseAlarmsPerWeek: 1)
    try StateChecks.reading(bytes) { try restored.watch.restore(from: &$0) }
    #expect(restored.bytes == bytes)
    shop.run(days: 1)
    restored.run(days: 1)
    #expect(restored.alerts == shop.alerts)
    #expect(shop.alerts.last?.status == .resolved)
    for length in stride(from: 0, to: bytes.count, by: 1_499) {
      #expect(throws: ByteReader.Malformed.self) {
        try StateChecks.reading(Array(bytes.prefix(length))) { try shop.watch.restore(from: &$0) }
      }
    }
  }
}
