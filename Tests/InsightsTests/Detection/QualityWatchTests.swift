import Attribution
import Testing

@testable import Insights

/// Shares of something unwelcome.
@Suite struct QualityWatchTests {
  private struct Feed {
    var watch = QualityWatch(settings: AlertSettings(), falseAlarmsPerWeek: 0.5)
    var minute: Int64 = 0
    var alerts: [Alert] = []
    var dice = Dice(seed: 9)

    mutating func run(days: Double, share: Double, of measure: QualityWatch.Measure) {
      for _ in 0..<Int64(days * 1_440) {
        let all = 30 + dice.below(40)
        let bad = (0..<all).count { _ in dice.fraction() < share }
        watch.record(.init(measure, bad: bad, of: all))
        minute += 1
        alerts += watch.advance(to: SmallShop.time(minute))
      }
    }
  }

  @Test func `a share that rises is one alert, and over when it falls`() throws {
    var feed = Feed()
    feed.run(days: 4, share: 0.02, of: .duplicates)
    #expect(feed.alerts.isEmpty)
    feed.run(days: 0.25, share: 0.08, of: .duplicates)
    let first = try #require(feed.alerts.first)
    #expect(first.kind == .dataQuality && first.id == "data quality/duplicates")
    #expect(first.detectedAt < SmallShop.time(4 * 1_440 + 30))
    #expect(
      first.summary.hasPrefix("Data quality: the share of events that came twice rose from 2 %"))
    feed.run(days: 0.25, share: 0.02, of: .duplicates)
    #expect(feed.alerts.last?.resolution == .recovered)
    #expect(Set(feed.alerts.map(\.id)).count == 1)
  }

  @Test func `where nothing bad ever happened, one bad event is no news, and many are`() {
    var feed = Feed()
    feed.run(days: 3, share: 0, of: .deadLetters)
    feed.watch.record(.init(.deadLetters, bad: 1, of: 1))
    feed.run(days: 0.25, share: 0, of: .deadLetters)
    #expect(feed.alerts.isEmpty)
    feed.run(days: 0.1, share: 0.3, of: .deadLetters)
    #expect(feed.alerts.first?.id == "data quality/dead_letters")
  }

  @Test func `the state survives as bytes`() throws {
    var feed = Feed()
    feed.run(days: 1.5, share: 0.02, of: .direct)
    var writer = ByteWriter()
    feed.watch.write(to: &writer)
    var restored = Feed()
    (restored.minute, restored.dice) = (feed.minute, feed.dice)
    try StateChecks.reading(writer.bytes) { try restored.watch.restore(from: &$0) }
    feed.run(days: 0.2, share: 0.2, of: .direct)
    restored.run(days: 0.2, share: 0.2, of: .direct)
    #expect(restored.alerts == feed.alerts && !feed.alerts.isEmpty)
  }
}
