import Attribution
import Testing

@testable import Insights

/// A watch over a small shop: what it says, and what it does not.
@Suite struct FunnelWatchTests {
  /// Ten quiet days, then a fault on iOS for six hours.
  private func brokenOnIOS() -> SmallShop {
    var shop = SmallShop()
    shop.faults = [
      .init(from: 14_400 + 600, to: 14_400 + 960, ratio: 0.1, device: "ios")
    ]
    return shop
  }

  @Test func `one incident is one alert, in the right place, and is over when it is`() throws {
    var shop = brokenOnIOS()
    shop.run(days: 12)
    let firing = shop.alerts.filter { $0.status == .firing }
    let first = try #require(firing.first)
    #expect(Set(shop.alerts.map(\.id)) == ["checkout/payment→purchase/device=ios/conversion_drop"])
    #expect(first.kind == .conversionDrop && first.segment == .init("device", "ios"))
    #expect(first.suspects.map(\.segments) == [[.init("device", "ios")]])
    #expect(first.suspects[0].share > 0.7)
    // Within an hour and a half of its beginning, by some forty lost conversions.
    let delay = first.detectedAt - SmallShop.time(15_000)
    #expect(delay > .zero && delay < .minutes(90), "\(delay)")
    #expect((first.startedAt - SmallShop.time(15_000)).milliseconds.magnitude < 30 * 60_000)
    #expect(first.observed.rate < 0.2 && abs(first.expected.rate - 0.4) < 0.04)
    #expect(first.expected.low < first.expected.rate && first.expected.rate < first.expected.high)
    #expect(firing.allSatisfy { $0.detectedAt == first.detectedAt })
    let last = try #require(shop.alerts.last)
    #expect(last.status == .resolved && last.resolution == .recovered)
    #expect(shop.alerts.count { $0.status == .resolved } == 1)
    let resolved = try #require(last.resolvedAt)
    #expect(resolved > SmallShop.time(15_360) && resolved < SmallShop.time(15_360 + 240))
    // About 0.65 a minute were lost, of 70.00 each.
    #expect(last.impact.lostConversions > 120 && last.impact.lostConversions < 320)
    #expect(last.impact.currency == "EUR")
    let each = try #require(last.impact.lostValue) / last.impact.lostConversions
    #expect(abs(each - 70) < 0.01)
  }

  @Test func `four weeks without a fault are quiet`() {
    var shop = SmallShop(seed: 5)
    shop.run(days: 28)
    #expect(
      shop.alerts.count <= 1, "\(shop.alerts.map { [$0.status.rawValue, $0.id, $0.summary] })")
  }

  @Test func `an open alert is said again, and not more often than that`() {
    var settings = AlertSettings()
    settings.renotify = .hours(2)
    var shop = SmallShop(settings: settings)
    shop.faults = [.init(from: 14_400, to: 14_400 + 1_440, ratio: 0.4, device: nil)]
    shop.run(days: 11)
    let times = shop.alerts.filter { $0.status == .firing }.map(\.updatedAt)
    // Once at first, then every two hours, and when it is found to be worse or elsewhere.
    #expect((9...15).contains(times.count), "\(times.count)")
    #expect(Set(shop.alerts.map(\.startedAt)).count == 1)
    #expect(shop.alerts.first?.suspects.isEmpty == true)
    #expect(shop.alerts.last?.severity == .critical)
  }

  @Test func `a lasting new level is accepted, and then nothing is wrong`() {
    var settings = AlertSettings()
    settings.acceptLevelAfter = .days(1)
    var shop = SmallShop(settings: settings)
    shop.faults = [.init(from: 14_400, to: .max, ratio: 0.5, device: nil)]
    shop.run(days: 14)
    let resolved = shop.alerts.filter { $0.status == .resolved }
    #expect(resolved.map(\.resolution) == [.acceptedLevel])
    #expect(resolved.first?.summary.contains("which is what is expected from now on") == true)
    #expect(shop.alerts.last?.status == .resolved)
  }

  @Test func `while an alert is open the baseline does not learn`() throws {
    var shop = SmallShop()
    shop.faults = [.init(from: 14_400, to: .max, ratio: 0.3, device: nil)]
    shop.run(minutes: 14_400 + 120)
    #expect(shop.alerts.last?.status == .firing)
    let level = shop.watch.transitions[0].total.rate
    shop.run(days: 2)
    #expect(shop.watch.transitions[0].total.rate == level)
    #expect(shop.alerts.allSatisfy { $0.status == .firing })
    #expect(try #require(shop.alerts.last).expected.rate > 0.5)
  }

  @Test func `a step that takes longer is told from one that loses people`() throws {
    var shop = SmallShop()
    shop.faults = [.init(from: 14_400, to: 14_400 + 720, ratio: 1, device: nil, slowness: 4)]
    shop.run(days: 10.75)
    let first = try #require(shop.alerts.first)
    #expect(first.kind == .slowStep)
    #expect(shop.alerts.last?.status == .resolved)
  }

  @Test func `with hardly any traffic nothing fires before there is evidence`() {
    var shop = SmallShop(peoplePerMinute: 0.01)
    shop.faults = [.init(from: 14_400, to: 14_400 + 240, ratio: 0, device: nil)]
    shop.run(days: 14)
    #expect(shop.alerts.isEmpty)
  }

  @Test func `a burst of people is no anomaly of their conversion`() {
    var shop = SmallShop()
    shop.run(days: 16)
    for factor in [12.0, 0.2, 5] {
      // From one minute to the next, for two hours each.
      shop.peoplePerMinute = 6 * factor
      shop.run(minutes: 120)
    }
    let kinds = Set(shop.alerts.map(\.kind))
    #expect(kinds.isSubset(of: [.volumeDrop, .volumeSpike]) && !kinds.isEmpty, "\(kinds)")
  }

  @Test func `nobody at all is one alert about the number of people`() throws {
    var shop = SmallShop()
    shop.run(days: 16)
    shop.silence = shop.minute..<shop.minute + 180
    shop.run(minutes: 180)
    #expect(Set(shop.alerts.map(\.kind)) == [.volumeDrop], "\(shop.alerts.map(\.id))")
    // Time moves on without any event: it was said while nothing came.
    let first = try #require(shop.alerts.first)
    #expect(first.detectedAt < SmallShop.time(16 * 1_440 + 60))
    #expect(first.severity == .critical)
  }

  @Test func `a gap of weeks is no incident`() {
    var shop = SmallShop()
    shop.run(days: 16)
    let later = SmallShop.time(shop.minute + FunnelWatch.longestGap + 1)
    #expect(shop.watch.advance(to: later).isEmpty)
    #expect(shop.watch.advance(to: later + .minutes(2)).isEmpty)
  }

  @Test func `a watch taken up in the middle of an incident goes on as if nothing had been`() throws
  {
    var shop = brokenOnIOS()
    shop.run(minutes: 15_000 + 120)
    #expect(shop.alerts.count == 1)
    var restored = shop
    var writer = ByteWriter()
    shop.watch.write(to: &writer)
    let bytes = writer.bytes
    restored.watch = FunnelWatch(
      outline: SmallShop.outline, settings: AlertSettings(), falseAlarmsPerWeek: 1)
    try StateChecks.reading(bytes) { reader in
      try restored.watch.restore(from: &reader)
      #expect(reader.isAtEnd)
    }
    shop.run(days: 1)
    restored.run(days: 1)
    #expect(restored.alerts == shop.alerts)
    #expect(shop.alerts.count >= 2)
    // Of another shape nothing is taken up, and nothing breaks.
    var other = FunnelWatch(
      outline: FunnelOutline(
        name: "checkout", steps: ["a", "b"], dimensions: [], within: .hours(2)),
      settings: AlertSettings(), falseAlarmsPerWeek: 1)
    try StateChecks.reading(bytes) { try other.restore(from: &$0) }
    #expect(other.transitions[0].dimensions.isEmpty)
    for length in stride(from: 0, to: bytes.count, by: 997) {
      #expect(throws: ByteReader.Malformed.self) {
        try StateChecks.reading(Array(bytes.prefix(length))) { try other.restore(from: &$0) }
      }
    }
  }

  @Test func `what is taken back leaves nothing behind`() {
    var watch = FunnelWatch(
      outline: SmallShop.outline, settings: AlertSettings(), falseAlarmsPerWeek: 1)
    let time = SmallShop.time(0)
    let entered = StageReached(stage: 0, time: time, began: time, segments: ["ios"])
    _ = watch.advance(to: time)
    watch.record(.reached(entered))
    watch.record(.retracted(entered))
    _ = watch.advance(to: time + .minutes(1))
    #expect(watch.transitions[0].total.closed.counts == BinHistory.Counts())
  }

  @Test func `a burst of what is late is no news, and what is still due of it is expected`() {
    var shop = SmallShop()
    shop.run(days: 2)
    var usual = shop
    let (time, entries) = (SmallShop.time(shop.minute - 10), 300)
    let entered = StageReached(stage: 0, time: time, began: time, segments: ["ios"])
    let arrived = StageReached(
      stage: 1, time: time + .minutes(9), began: time,
      origin: .init(time: time, segments: ["ios"]), segments: ["ios"])
    for _ in 0..<entries {
      shop.watch.recordLate(.seen(step: 0))
      shop.watch.recordLate(.reached(entered))
      shop.watch.recordLate(.reached(arrived))
    }
    shop.run(minutes: 1)
    usual.run(minutes: 1)
    let (counts, expected) = (
      shop.watch.transitions[0].total.closed.counts, usual.watch.transitions[0].total.closed.counts
    )
    #expect(counts.observed == expected.observed && counts.entered == expected.entered)
    #expect(counts.expected > expected.expected + 1)
    #expect(counts.expected < expected.expected + Double(entries) / 10)
    // In the bin that is open it is as new as anything else.
    let now = SmallShop.time(shop.minute)
    shop.watch.recordLate(
      .reached(StageReached(stage: 0, time: now, began: now, segments: ["ios"])))
    shop.run(minutes: 1)
    usual.run(minutes: 1)
    #expect(
      shop.watch.transitions[0].total.closed.counts.entered
        == usual.watch.transitions[0].total.closed.counts.entered + 1)
  }

  @Test func `values beyond the limit are together`() {
    var segments = SegmentStreams()
    let buckets = DelayBuckets(longest: 4)
    for number in 0..<60 { _ = segments.place(of: "campaign \(number)", buckets: buckets) }
    #expect(segments.values.count == SegmentStreams.limit)
    #expect(segments.values.last == SegmentStreams.other)
    #expect(segments.place(of: "campaign 3", buckets: buckets) == 3)
    #expect(segments.place(of: "new", buckets: buckets) == SegmentStreams.limit - 1)
  }
}
