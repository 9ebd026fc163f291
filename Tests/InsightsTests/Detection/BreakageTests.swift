import Attribution
import Testing

@testable import Insights

/// What breaks at once is one alert, and what does not is not.
@Suite struct BreakageTests {
  private static let start = LongShop.now + 60

  /// Both transitions break, or what `change` makes of it, for six hours.
  private func broken(
    _ change: (inout [LongShop.Fault]) -> Void = { _ in }
  ) -> LongShop {
    var shop = LongShop.quiet
    shop.faults = [0, 1].map {
      .init(
        step: $0, from: BreakageTests.start, to: BreakageTests.start + 360, ratio: 0.2,
        device: "ios")
    }
    change(&shop.faults)
    return shop
  }

  /// Alerts by which somebody is woken: the first record of an id, and the first after its end.
  private func raised(_ alerts: [Alert]) -> [Alert] {
    var open: Set<String> = []
    return alerts.filter { alert in
      guard alert.status == .firing else {
        open.remove(alert.id)
        return false
      }
      return open.insert(alert.id).inserted
    }
  }

  @Test func `what breaks in two transitions at once is one alert, which names both`() throws {
    var shop = broken()
    #expect(shop.alerts.isEmpty)
    shop.run(minutes: 1_200)
    let raised = raised(shop.alerts)
    #expect(raised.count == 1, "\(raised.map(\.summary))")
    #expect(Set(shop.alerts.map(\.id)).count == 1)
    #expect(shop.alerts.count { $0.status == .resolved } == 1)
    let first = try #require(raised.first)
    #expect(first.segment == .init("device", "ios") && first.kind == .conversionDrop)
    let full = try #require(shop.alerts.last { $0.status == .firing && $0.lingersSince == nil })
    let other = try #require(full.also.first)
    #expect(full.also.count == 1 && other.kind == .conversionDrop)
    #expect(
      Set([full.step, other.step]) == ["cart", "payment"] && other.resolvedAt == nil)
    #expect(full.summary.contains("; \(other.step) → \(try #require(other.nextStep)) fell, too"))
    // 15 a minute, of whom four in ten are on iOS and six in ten go on: about 2.9 are lost there, and
    // of the few who are left 0.35 at the next step.
    #expect(full.impact.lostConversions > other.impact.lostConversions + 20)
    let hours = Double((full.updatedAt - full.startedAt).milliseconds) / 3_600_000
    #expect(abs(full.impact.lostPerHour * hours - full.impact.lostConversions) < 0.001)
    // Only purchases have a value, and it is that of the lost purchases alone.
    let purchases =
      other.nextStep == "purchase"
      ? other.impact.lostConversions : full.impact.lostConversions - other.impact.lostConversions
    #expect(abs(try #require(full.impact.lostValue) - 50 * purchases) < 0.001)
    #expect(full.impact.currency == "EUR")
    // It is over when all of it is.
    let last = try #require(shop.alerts.last)
    #expect(last.status == .resolved && last.resolution == .recovered)
    #expect(last.also.map(\.kind) == [.conversionDrop] && last.also.first?.resolvedAt != nil)
    #expect(shop.watch.breakages.isEmpty)
    #expect(shop.watch.transitions.allSatisfy { $0.incident == nil })
  }

  @Test func `what is found in the same minute is one alert from its first record on`() throws {
    var shop = broken { faults in
      for index in faults.indices { faults[index].ratio = 0 }
    }
    shop.run(minutes: 62)
    // Whatever a minute finds in both is told together: the one with more evidence leads.
    var watch = shop.watch
    for index in watch.transitions.indices {
      watch.transitions[index].incident = incident(
        .conversionDrop, startedAt: 0, detectedAt: 9, statistic: index == 0 ? 12 : 13)
    }
    let occasion = Occasion(
      bin: 9, time: SmallShop.time(9), binLength: .minutes(1), falseAlarms: 1,
      acceptLevelAfter: .days(3), renotify: .hours(4))
    let alerts = watch.tell([(.transition(0), .began), (.transition(1), .began)], occasion)
    #expect(alerts.map(\.step) == ["payment"] && alerts[0].also.map(\.step) == ["cart"])
    #expect(watch.openAlerts(at: SmallShop.time(9)).map(\.id) == alerts.map(\.id))
  }

  @Test func `what breaks hours later is another alert`() {
    var shop = broken {
      $0[1].from += 240
      $0[1].to += 240
    }
    shop.run(minutes: 1_200)
    let raised = raised(shop.alerts)
    #expect(raised.map(\.step) == ["cart", "payment"], "\(raised.map(\.summary))")
    #expect(shop.alerts.allSatisfy { $0.also.isEmpty })
    #expect(shop.alerts.count { $0.status == .resolved } == 2)
  }

  @Test func `what breaks for others is another alert`() {
    var shop = broken { $0[1].device = "desktop" }
    shop.run(minutes: 1_200)
    let raised = raised(shop.alerts)
    #expect(Set(raised.map(\.segment?.value)) == ["ios", "desktop"])
    #expect(raised.count == 2 && shop.alerts.allSatisfy { $0.also.isEmpty })
  }

  @Test func `what goes on when the first is over is said by itself, with all it has cost`() throws
  {
    var shop = broken {
      ($0[0].ratio, $0[1].ratio) = (0.4, 0)
      $0[1].to += 1_440
    }
    shop.run(minutes: 2_700)
    let raised = raised(shop.alerts)
    #expect(raised.map(\.step) == ["cart", "payment"], "\(raised.map(\.summary))")
    let resolved = shop.alerts.filter { $0.status == .resolved }
    #expect(resolved.map(\.step) == ["cart", "payment"])
    // It is told with its own beginning, hours ago, and as of the minute in which the first is over.
    let second = raised[1]
    #expect(second.updatedAt == resolved[0].updatedAt && second.also.isEmpty)
    #expect(second.detectedAt < SmallShop.time(BreakageTests.start + 360))
    #expect(second.startedAt < SmallShop.time(BreakageTests.start + 180))
    #expect(second.impact.lostConversions > 30)
    // Nobody's loss is in both.
    #expect(resolved[0].also.isEmpty)
    #expect(!resolved[0].summary.contains("payment → purchase"))
    // The end was not said before it was sure that the other goes on, and the sentence knew.
    let over = shop.alerts.filter { $0.lingersSince != nil }
    #expect(over.allSatisfy { $0.summary.contains(" until ") && $0.id == raised[0].id })
  }

  @Test func `what is over before the first is said with it, and never by itself`() throws {
    var shop = broken { $0[0].to -= 200 }
    // Found first, over last.
    shop.faults[1].from -= 10
    shop.faults[1].ratio = 0
    shop.faults[1].device = nil
    shop.run(minutes: 1_200)
    #expect(raised(shop.alerts).map(\.step) == ["payment"])
    #expect(Set(shop.alerts.map(\.id)).count == 1)
    let last = try #require(shop.alerts.last)
    let other = try #require(last.also.first)
    #expect(last.status == .resolved && other.step == "cart")
    let end = try #require(other.resolvedAt)
    #expect(end > SmallShop.time(BreakageTests.start + 160))
    #expect(end < SmallShop.time(BreakageTests.start + 300))
    #expect(last.summary.contains("cart → payment fell, too, until "))
    #expect(other.impact.lostConversions > 50)
    #expect(last.impact.lostConversions > other.impact.lostConversions + 200)
  }

  @Test func `what lasts is accepted together`() throws {
    var settings = AlertSettings()
    settings.acceptLevelAfter = .days(1)
    var shop = broken { faults in
      for index in faults.indices { faults[index].to = .max }
    }
    try shop.restart(settings)
    shop.run(minutes: 2 * 1_440)
    let resolved = shop.alerts.filter { $0.status == .resolved }
    #expect(resolved.map(\.resolution) == [.acceptedLevel])
    #expect(Set(shop.alerts.map(\.id)).count == 1, "\(raised(shop.alerts).map(\.summary))")
    #expect(resolved.first?.also.count == 1)
    #expect(shop.watch.breakages.isEmpty)
  }

  @Test func `fewer who begin and fewer who go on are one alert`() throws {
    var shop = LongShop.quiet
    // The number of people is judged after two weeks.
    shop.run(minutes: 5 * 1_440)
    let start = shop.minute + 60
    shop.run(minutes: 60)
    shop.faults = [.init(step: 1, from: start, to: start + 360, ratio: 0.1, device: nil)]
    shop.peoplePerMinute *= 0.6
    shop.run(minutes: 360)
    #expect(raised(shop.alerts).count == 1, "\(raised(shop.alerts).map(\.summary))")
    let last = try #require(shop.alerts.last)
    #expect(Set([last.kind] + last.also.map(\.kind)) == [.volumeDrop, .conversionDrop])
    #expect(last.status == .firing && last.also.count == 1)
  }

  @Test(arguments: [70, 200, 440, 520] as [Int64])
  func `taken up in the middle it goes on as if nothing had been`(minutes: Int64) throws {
    // The first to be found ends first, and the other goes on for a while.
    var shop = broken { $0[1].to += 240 }
    shop.run(minutes: minutes)
    let lingers = shop.watch.breakages.contains { $0.led != nil }
    var restored = shop
    try restored.restart()
    shop.run(minutes: 1_400 - minutes)
    restored.run(minutes: 1_400 - minutes)
    #expect(restored.alerts.map(\.summary) == shop.alerts.map(\.summary))
    #expect((restored.alerts == shop.alerts) == true)
    #expect(shop.alerts.last?.status == .resolved && shop.alerts.contains { !$0.also.isEmpty })
    #expect(lingers == (minutes == 440))
  }

  @Test func `a place that breaks again while the alert lingers is of the same alert`() throws {
    var shop = broken { $0[1].to += 240 }
    shop.run(minutes: 440)
    var watch = shop.watch
    let lingering = try #require(watch.breakages.first)
    #expect(watch.breakages.count == 1 && lingering.led?.part == .transition(0))
    let minute = shop.minute
    watch.transitions[0].incident = incident(
      .conversionDrop, startedAt: minute - 9, detectedAt: minute)
    let alerts = watch.tell(
      [(.transition(0), .began)],
      Occasion(
        bin: LongShop.bin(minute - 1), time: SmallShop.time(minute), binLength: .minutes(1),
        falseAlarms: 1, acceptLevelAfter: .days(3), renotify: .hours(4)))
    // One id is open once, whatever breaks.
    #expect(alerts.map(\.id) == shop.alerts.suffix(1).map(\.id))
    #expect(alerts.first?.also.map(\.step) == ["cart", "payment"])
    #expect(watch.areBreakagesConsistent)
  }

  @Test func `of an incident that is of no breakage nobody would hear: it is refused`() {
    var shop = broken()
    shop.run(minutes: 180)
    #expect(shop.watch.breakages.count == 1)
    shop.watch.breakages = []
    #expect(throws: ByteReader.Malformed.self) { try shop.restart() }
    shop.watch.breakages = [Breakage(leader: .transition(7))]
    #expect(throws: ByteReader.Malformed.self) { try shop.restart() }
  }

  private func incident(
    _ kind: Alert.Kind, startedAt: Int64, detectedAt: Int64, statistic: Double = 12
  ) -> Incident {
    let counts = BinHistory.Counts(entered: 100, observed: 10, expected: 50)
    return Incident(
      kind: kind, explanation: Explanation(),
      finding: Finding(
        direction: .drop, statistic: statistic, threshold: 10, start: startedAt, observed: 10,
        expected: 50),
      startedAt: SmallShop.time(startedAt), at: SmallShop.time(detectedAt), counts: counts,
      whole: counts)
  }

  @Test(arguments: [
    // Of kinds that can come of one cause…
    (Alert.Kind.conversionDrop, Int64(0), Int64(20), true), (.slowStep, 0, 20, true),
    (.trackingOutage, 0, 20, true), (.volumeDrop, 0, 20, true), (.conversionRise, 0, 20, false),
    (.volumeSpike, 0, 20, false),
    // …it began up to an hour after the first was found, at minute 10, however late it is found…
    (.conversionDrop, 70, 400, true), (.conversionDrop, 71, 400, false),
    // …or before it, as far as the start can be wrong.
    (.conversionDrop, -180, 20, true), (.conversionDrop, -181, 20, false),
  ])
  func `what may be of one cause`(kind: Alert.Kind, start: Int64, found: Int64, isLikely: Bool) {
    let leading = incident(.conversionDrop, startedAt: 0, detectedAt: 10)
    let other = incident(kind, startedAt: start, detectedAt: found)
    #expect(Breakage.isLikely(other, with: leading) == isLikely)
  }

  @Test func `rises are of one cause, and more people than ever are alone`() {
    let rise = incident(.conversionRise, startedAt: 0, detectedAt: 10)
    let spike = incident(.volumeSpike, startedAt: 0, detectedAt: 10)
    #expect(Breakage.isLikely(rise, with: rise))
    #expect(!Breakage.isLikely(spike, with: rise) && !Breakage.isLikely(rise, with: spike))
  }
}
