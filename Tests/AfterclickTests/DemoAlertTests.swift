import Attribution
import Testing

@testable import afterclick

@Suite struct DemoAlertTests {
  private static let record = """
    {"schema":"afterclick/funnel-alert/v1","alert_id":"checkout/payment→purchase/os=iOS/\
    conversion_drop","status":"firing","severity":"critical","kind":"conversion_drop",\
    "funnel":"checkout","step":"payment","next_step":"purchase","segment":{"os":"iOS"},\
    "started_at":"2026-03-05T14:02:00.000Z","detected_at":"2026-03-05T14:06:00.000Z",\
    "updated_at":"2026-03-05T14:06:00.000Z","observed":{"entered":92.0,"completed":18.0,\
    "rate":0.22},"expected":{"completed":73.0,"rate":0.8},"impact":{"lost_conversions":55.0},\
    "suspects":[{"segment":{"os":"iOS"},"share_of_loss":0.97}],"summary":"Checkout: payment → \
    purchase fell from 80 % to 22 % for os iOS since 2026-03-05 14:02 UTC; about 55 purchase \
    events lost, worth about 8,609 EUR.","labels":{"alertname":"FunnelConversionDrop"}}
    """

  private static func alert() throws -> DemoAlert {
    var record = record
    return try record.withUTF8 { try DemoAlert(json: UnsafeRawBufferPointer($0)) }
  }

  @Test func `an alert is read from its record`() throws {
    let alert = try DemoAlertTests.alert()
    #expect(alert.isFiring)
    #expect(alert.severity == "critical")
    #expect(alert.suspects == ["os=iOS"])
    #expect(alert.share == 0.97)
    #expect(alert.detectedAt - alert.startedAt == .minutes(4))
    #expect(throws: DemoAlert.Unreadable.self) {
      try [UInt8]("{}".utf8).withUnsafeBytes { try DemoAlert(json: $0) }
    }
  }

  @Test func `a suspect of two segments is one`() throws {
    var record = DemoAlertTests.record.replacing(
      #"{"segment":{"os":"iOS"}"#, with: #"{"segment":{"os":"iOS","country":"DE"}"#)
    let alert = try record.withUTF8 { try DemoAlert(json: UnsafeRawBufferPointer($0)) }
    #expect(alert.suspects == ["country=DE with os=iOS"])
  }

  @Test(arguments: [20, 40, 79, 80, 120, 300])
  func `its sentence is shown whole, however narrow the screen`(width: Int) throws {
    var alert = try DemoAlertTests.alert()
    let lines = AlertLines(width: width).lines(alert).map(\.plain)
    #expect(lines.allSatisfy { $0.count <= width })
    let text = lines.dropLast().joined(separator: " ").split(separator: " ").joined(separator: " ")
    #expect(text == "● FIRING critical \(alert.summary)")
    alert.isFiring = false
    alert.resolvedAt = alert.startedAt + .minutes(12)
    let over = AlertLines(width: 120).lines(alert).map(\.plain)
    #expect(over[0].hasPrefix(" ✓ RESOLVED Checkout"))
    #expect(over.last?.contains("took 12 min, noticed after 4 min") == true)
  }

  @Test func `the screen shows what was planted and what was noticed`() throws {
    var snapshot = DemoSnapshot.sample(conversions: 8)
    snapshot.facts.speed = 6
    snapshot.incident = DemoIncident(plantedAt: EventTime(milliseconds: 1_772_700_720_000))
    snapshot.alerts = [try DemoAlertTests.alert()]
    let lines = DemoFrame(snapshot: snapshot, width: 80, height: 24).lines.map(\.plain)
    #expect(lines.count == 24)
    let text = lines.joined(separator: "\n")
    for part in [
      "08:52:35 at 6× the clock · planted: checkout breaks on iOS at 08:52:00",
      "FIRING critical", "8,609 EUR.", "suspect os=iOS (97 % of the loss)",
      "LATEST CONVERSIONS", "Every model adds up",
    ] {
      #expect(text.contains(part), "\(part) in\n\(text)")
    }
  }

  @Test func `the shop's clock runs ahead until it has caught up with the present`() {
    let present = EventTime(milliseconds: 1_772_700_720_000)
    let start = ContinuousClock.now
    let clock = ShopClock(origin: present - .hours(12), start: start, speed: 6)
    func time(after minutes: Int64) -> EventTime {
      clock.time(at: start + .seconds(minutes * 60), present: present + .minutes(minutes))
    }
    #expect(time(after: 0) == present - .hours(12))
    #expect(time(after: 10) == present - .hours(11))
    #expect(time(after: 600) == present + .minutes(600))
  }
}
