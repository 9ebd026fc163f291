import Attribution
import Testing

@testable import Insights

/// Sentences as somebody reads them at three in the morning.
@Suite struct AlertSentenceTests {
  private func alert(
    _ kind: Alert.Kind, suspects: [Alert.Segment] = [], resolution: Alert.Resolution? = nil
  ) -> Alert {
    // 2026-03-05 14:02
    let start = EventTime(milliseconds: 1_772_719_320_000)
    return Alert(
      id: "x", status: resolution == nil ? .firing : .resolved, severity: .critical, kind: kind,
      subject: "checkout", step: "payment", nextStep: "purchase", segment: nil, startedAt: start,
      detectedAt: start, updatedAt: start, resolvedAt: nil, resolution: resolution,
      observed: .init(entered: 412, completed: 97, rate: 0.235),
      expected: .init(completed: 231.4, rate: 0.561, low: 0.52, high: 0.6),
      impact: .init(lostConversions: 1_134.4, lostPerHour: 806, lostValue: 9_408, currency: "EUR"),
      evidence: 21.7, falseAlarmsPerWeek: 1,
      suspects: suspects.map { .init($0, share: 0.5) }, summary: "")
  }

  @Test func `a drop says from what to what, where, since when and what it costs`() {
    let text = AlertSentence.text(
      for: alert(.conversionDrop, suspects: [.init("device", "ios")]))
    #expect(
      text
        == "Checkout: payment → purchase fell from 56 % to 24 % for device ios "
        + "since 2026-03-05 14:02 UTC; about 1,134 purchase events lost, worth about 9,408 EUR.")
  }

  @Test func `several suspects are listed, and an empty one has a name`() {
    let text = AlertSentence.text(
      for: alert(
        .conversionDrop,
        suspects: [.init("country", "DE"), .init("country", "FR"), .init("country", "")]))
    #expect(text.contains(" for country DE, FR and unknown since "))
  }

  @Test(arguments: [
    ([("ios", "5.2")], " for device ios with version 5.2"),
    ([("ios", "5.2"), ("ios", "")], " for device ios with version 5.2 and unknown"),
    ([("ios", "5.2"), ("android", "5.2")], " for version 5.2 with device ios and android"),
    (
      [("ios", "5.2"), ("android", "4"), ("", "3")],
      " for device ios with version 5.2, device android with version 4 and device unknown with version 3"
    ),
  ])
  func `who is in two segments is said to be in both`(pairs: [(String, String)], words: String) {
    let suspects = pairs.map { device, version in
      Alert.Suspect(.init("device", device), .init("version", version), share: 0.5)
    }
    #expect(AlertSentence.whom(suspects) == words)
  }

  @Test(arguments: [
    (Alert.Kind.slowStep, "takes much longer than usual"),
    (.trackingOutage, "its tracker seems to be silent"), (.conversionRise, "rose from 56 % to"),
    (.volumeDrop, "is down to 42 % of the usual number"),
    (.volumeSpike, "is up to 42 % of the usual number"),
  ])
  func `every kind says what it is`(kind: Alert.Kind, words: String) {
    #expect(AlertSentence.text(for: alert(kind)).contains(words))
  }

  @Test func `where else it shows is said, with what that costs and until when`() {
    var alert = alert(.conversionDrop, suspects: [.init("device", "ios")])
    alert.also = [
      .init(
        step: "cart", nextStep: "payment", kind: .conversionDrop,
        impact: .init(lostConversions: 200.2, lostPerHour: 100)),
      .init(
        step: "product", nextStep: "cart", kind: .slowStep,
        impact: .init(lostConversions: 0.2, lostPerHour: 0),
        resolvedAt: alert.startedAt + .minutes(30)),
      .init(
        step: "product", nextStep: nil, kind: .volumeDrop,
        impact: .init(lostConversions: 9_000, lostPerHour: 900)),
    ]
    let others =
      "; cart → payment fell, too (about 200 payment events lost)"
      + "; product → cart took longer, too, until 2026-03-05 14:32 UTC"
      + "; product is down, too (about 9,000 product events lost)."
    #expect(
      AlertSentence.text(for: alert)
        == "Checkout: payment → purchase fell from 56 % to 24 % for device ios "
        + "since 2026-03-05 14:02 UTC; about 1,134 purchase events lost, worth about 9,408 EUR"
        + others)
    // Its own place is as usual again, and the others keep it open.
    alert.lingersSince = alert.startedAt + .minutes(58)
    #expect(
      AlertSentence.text(for: alert).contains(
        "since 2026-03-05 14:02 UTC until 2026-03-05 15:00 UTC; about 1,134"))
    alert.status = .resolved
    (alert.lingersSince, alert.resolvedAt) = (nil, alert.startedAt + .minutes(30))
    alert.resolution = .acceptedLevel
    #expect(
      AlertSentence.text(for: alert).hasSuffix(
        "; product → cart took longer, too; product is down, too (about 9,000 product events lost)."
      ))
  }

  @Test(arguments: [
    (Alert.Kind.conversionRise, "rose, too"), (.trackingOutage, "is silent, too"),
    (.slowStep, "takes longer, too"), (.volumeSpike, "is up, too"),
  ])
  func `every kind has words for where else it shows`(kind: Alert.Kind, words: String) {
    var alert = alert(.conversionDrop)
    alert.also = [
      .init(
        step: "a", nextStep: "b", kind: kind, impact: .init(lostConversions: 0, lostPerHour: 0))
    ]
    #expect(AlertSentence.text(for: alert).hasSuffix("; a → b \(words)."))
  }

  @Test func `the end says how it ended`() {
    #expect(
      AlertSentence.text(for: alert(.conversionDrop, resolution: .recovered))
        == "Checkout: payment → purchase is back to normal after trouble since 2026-03-05 14:02 UTC"
        + "; about 1,134 purchase events lost, worth about 9,408 EUR.")
    #expect(
      AlertSentence.text(for: alert(.conversionDrop, resolution: .acceptedLevel))
        .contains("has stayed at a new level since"))
  }

  @Test(arguments: [
    (0.561, "56 %"), (0.041, "4.1 %"), (0.0999, "10 %"), (0.05, "5 %"), (1, "100 %"),
    (0.0004, "0 %"),
  ])
  func `shares are round`(share: Double, text: String) {
    #expect(AlertSentence.percent(share) == text)
  }

  @Test(arguments: [
    (Int64(0), "1970-01-01 00:00 UTC"), (951_782_340_000, "2000-02-28 23:59 UTC"),
    (951_868_799_999, "2000-02-29 23:59 UTC"), (4_107_542_400_000, "2100-03-01 00:00 UTC"),
  ])
  func `moments are dates`(milliseconds: Int64, text: String) {
    #expect(AlertSentence.moment(EventTime(milliseconds: milliseconds)) == text)
  }
}
