import Attribution
import Foundation
import Insights
import Stages
import Testing

@testable import Operations

@Suite struct RelayTests {
  private static let now = ContinuousClock.now

  private static func alert(
    _ id: String = "checkout/payment→purchase/conversion_drop", status: String = "firing",
    severity: String = "critical"
  ) throws -> RelayedAlert {
    let text = """
      {"schema":"afterclick/funnel-alert/v1","alert_id":"\(id)","status":"\(status)",\
      "severity":"\(severity)","kind":"conversion_drop","funnel":"checkout",\
      "updated_at":"2026-03-05T14:06:00.000Z","summary":"It fell.",\
      "suspects":[{"segment":{"os":"iOS"},"share_of_loss":0.9}],\
      "also":[{"step":"cart","next_step":"payment","kind":"slow_step"},\
      {"step":"product","kind":"volume_drop"}],\
      "impact":{"lost_conversions":55.0,"lost_value":120.5,"currency":"EUR"},\
      "labels":{"alertname":"FunnelConversionDrop","severity":"\(severity)"},\
      "annotations":{"summary":"It fell."},"startsAt":"2026-03-05T14:02:00.000Z"}
      """
    return try Array(text.utf8).withUnsafeBytes { try RelayedAlert(json: $0) }
  }

  private static func place(_ offset: Int64) -> RelayLedger.Place {
    .init(partition: 0, offset: offset)
  }

  private static func ledger() -> RelayLedger {
    var ledger = RelayLedger(receivers: [.alertmanager, .pagerDuty], resend: .seconds(60))
    ledger.begin(0)
    return ledger
  }

  @Test func `only the last state of an alert is told, once to each`() throws {
    var ledger = RelayTests.ledger()
    ledger.note(
      try RelayTests.alert(severity: "warning"), at: RelayTests.place(0), isSettled: false)
    let last = try RelayTests.alert(status: "resolved", severity: "warning")
    ledger.note(last, at: RelayTests.place(1), isSettled: false)
    ledger.advance(0, to: 3)
    #expect(ledger.committable == [0: 1])
    #expect(ledger.owed == [.alertmanager: 1, .pagerDuty: 1])
    for receiver in RelayReceiver.allCases {
      let due = ledger.due(for: receiver, at: RelayTests.now)
      #expect(due.map(\.alert) == [last])
      let wasAway = ledger.settled(due, with: receiver, at: RelayTests.now)
      #expect(!wasAway)
      #expect(ledger.due(for: receiver, at: RelayTests.now).isEmpty)
    }
    #expect(ledger.committable == [0: 3])
    #expect(ledger.owed == [.alertmanager: 0, .pagerDuty: 0])
  }

  @Test func `what fires is said again to Alertmanager alone, also in a later life`() throws {
    var ledger = RelayTests.ledger()
    ledger.note(try RelayTests.alert(), at: RelayTests.place(4), isSettled: true)
    ledger.advance(0, to: 9)
    #expect(ledger.due(for: .pagerDuty, at: RelayTests.now).isEmpty)
    for round in 0..<3 {
      let now = RelayTests.now + .seconds(60 * round)
      let due = ledger.due(for: .alertmanager, at: now)
      #expect(due.count == 1)
      _ = ledger.settled(due, with: .alertmanager, at: now)
      #expect(ledger.due(for: .alertmanager, at: now + .seconds(59)).isEmpty)
    }
    #expect(ledger.committable == [0: 9])
    let over = try RelayTests.alert(status: "resolved")
    ledger.note(over, at: RelayTests.place(10), isSettled: false)
    #expect(ledger.due(for: .pagerDuty, at: RelayTests.now).map(\.alert) == [over])
  }

  @Test func `a receiver that is away is asked less and less often, and owed everything`() throws {
    var ledger = RelayTests.ledger()
    ledger.note(try RelayTests.alert(), at: RelayTests.place(0), isSettled: false)
    ledger.advance(0, to: 1)
    var now = RelayTests.now
    var pauses: [Duration] = []
    for failure in 1...9 {
      let (pause, failures) = ledger.failed(.pagerDuty, at: now)
      #expect(failures == failure)
      #expect(ledger.due(for: .pagerDuty, at: now + pause - .milliseconds(1)).isEmpty)
      now = now + pause
      #expect(ledger.due(for: .pagerDuty, at: now).count == 1)
      pauses.append(pause)
    }
    #expect(pauses[0] == RelayLedger.firstPause && pauses[8] == RelayLedger.longestPause)
    #expect(ledger.committable == [0: 0])
    // Somebody who answers is not held up by it.
    #expect(ledger.due(for: .alertmanager, at: RelayTests.now).count == 1)
    let due = ledger.due(for: .pagerDuty, at: now)
    let wasAway = ledger.settled(due, with: .pagerDuty, at: now)
    #expect(wasAway)
  }

  @Test func `an alert whose labels change ends under its former ones`() throws {
    var ledger = RelayTests.ledger()
    ledger.note(
      try RelayTests.alert(severity: "warning"), at: RelayTests.place(0), isSettled: false)
    let first = ledger.due(for: .alertmanager, at: RelayTests.now)
    _ = ledger.settled(first, with: .alertmanager, at: RelayTests.now)
    ledger.note(try RelayTests.alert(), at: RelayTests.place(1), isSettled: false)
    let due = ledger.due(for: .alertmanager, at: RelayTests.now)
    #expect(due.map(\.alert.isResolved).sorted { !$0 && $1 } == [false, true])
    #expect(ledger.due(for: .pagerDuty, at: RelayTests.now).count == 1)
    _ = ledger.settled(due, with: .alertmanager, at: RelayTests.now)
    #expect(ledger.due(for: .alertmanager, at: RelayTests.now + .seconds(61)).count == 1)
  }

  @Test func `a newer state is not taken for told with the older one`() throws {
    var ledger = RelayTests.ledger()
    ledger.note(try RelayTests.alert(), at: RelayTests.place(0), isSettled: false)
    let sent = ledger.due(for: .pagerDuty, at: RelayTests.now)
    ledger.note(
      try RelayTests.alert(status: "resolved"), at: RelayTests.place(1), isSettled: false)
    _ = ledger.settled(sent, with: .pagerDuty, at: RelayTests.now)
    #expect(ledger.due(for: .pagerDuty, at: RelayTests.now).map(\.alert.isResolved) == [true])
    ledger.forget(0)
    #expect(ledger.due(for: .pagerDuty, at: RelayTests.now).isEmpty)
    #expect(ledger.committable.isEmpty)
    #expect(ledger.owed.isEmpty)
  }

  @Test func `those who are told of an alert hear where else it shows`() throws {
    let alert = try RelayTests.alert()
    let also = "cart → payment (slow_step), product (volume_drop)"
    let told = alert.forAlertmanager(application: "shop", link: nil)
    #expect(told.annotations["also"] == also && told.labels["also"] == nil)
    let event = alert.forPagerDuty(application: "shop", routingKey: "x", link: nil)
    #expect(event.payload.custom_details["also"] == also)
  }

  @Test func `a record of something else is not taken for an alert`() {
    for text in ["", "{}", "[]", #"{"alert_id":"x"}"#] {
      #expect(throws: RelayedAlert.Unreadable.self) {
        try Array(text.utf8).withUnsafeBytes { try RelayedAlert(json: $0) }
      }
    }
  }

  private func file(_ content: String) throws -> String {
    let path = NSTemporaryDirectory() + "/afterclick-relay-\(UInt32.random(in: 0 ... .max))"
    try content.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  @Test func `the configuration says who is told, and keeps the key to itself`() throws {
    let path = try file("R0UTINGKEY\n")
    let configuration = try Configuration.parse(
      """
      \(Samples.minimal)
      alerts:
        relay:
          alertmanager: {url: "http://localhost:9093/", resend: 30s}
          pagerduty: {routing_key_file: \(path)}
          link: https://afterclick.example
      """)
    let relay = try #require(configuration.relay)
    #expect(relay.receivers == [.alertmanager, .pagerDuty])
    #expect(relay.alertmanager?.url == "http://localhost:9093")
    #expect(relay.alertmanager?.resend == .seconds(30))
    #expect(relay.pagerDuty?.url == RelaySettings.PagerDuty.usualURL)
    #expect(relay.link == "https://afterclick.example")
    #expect(!"\(relay)".contains("R0UTINGKEY"))
    #expect(!configuration.effectiveYAML().contains("R0UTINGKEY"))
    try FileManager.default.removeItem(atPath: path)
  }

  @Test func `a relay without a link of its own has that of the alerts`() throws {
    let yaml = """
      \(Samples.minimal)
      alerts:
        link: https://afterclick.example/
        relay: {alertmanager: {url: "http://localhost:9093"}}
      """
    let configuration = try Configuration.parse(yaml)
    #expect(configuration.insights?.alerts.link == "https://afterclick.example")
    #expect(configuration.relay?.link == "https://afterclick.example")
  }

  @Test(arguments: [
    ("alerts: {relay: {}}", "3: alerts.relay: expected `alertmanager`, `pagerduty` or both"),
    (
      "alerts: {relay: {alertmanager: {url: localhost}}}",
      "3: alerts.relay.alertmanager.url: expected a URL that begins with http:// or https://,"
        + " found `localhost`"
    ),
    (
      "alerts: {relay: {alertmanager: {url: \"http://x\", resend: 1ms}}}",
      "3: alerts.relay.alertmanager.resend: expected a duration of at least 1s, found `1ms`"
    ),
  ])
  func `a mistake is named`(text: String, problem: String) {
    #expect(Samples.problems("\(Samples.minimal)\n\(text)") == [problem])
  }
}
