import Foundation
import Testing

extension DaemonTests {
  /// Whom the daemon tells of alerts, whatever happens to them or to it.
  @Suite struct RelayTests {
    /// A record as the daemon writes it.
    private func alert(_ name: String, _ status: String) -> HandMadeInput.Record {
      let end = status == "resolved" ? #","endsAt":"2026-03-05T14:20:00.000Z""# : ""
      return HandMadeInput.Record(
        key: name,
        """
        {"schema":"afterclick/funnel-alert/v1","alert_id":"\(name)","status":"\(status)",\
        "severity":"critical","kind":"conversion_drop","funnel":"\(name)","step":"payment",\
        "next_step":"purchase","started_at":"2026-03-05T14:02:00.000Z",\
        "detected_at":"2026-03-05T14:06:00.000Z","updated_at":"2026-03-05T14:20:00.000Z",\
        "suspects":[{"segment":{"os":"iOS"},"share_of_loss":0.97}],\
        "impact":{"lost_conversions":55.0,"per_hour":800.0,"lost_value":8609.0,"currency":"EUR"},\
        "summary":"\(name): payment → purchase fell.","labels":{"alertname":"FunnelConversionDrop",\
        "funnel":"\(name)","severity":"critical"},"annotations":{"summary":"\(name) fell.",\
        "runbook_url":"https://wiki.example/\(name)"},"startsAt":"2026-03-05T14:02:00.000Z"\(end)}
        """)
    }

    private func produce(
      _ records: [HandMadeInput.Record], _ application: ShopApplication
    ) async throws {
      try await onThread {
        try HandMadeInput.produce(records, to: application.alerts, partition: 0)
      }
    }

    private func names(_ alertmanager: Alertmanager) async throws -> Set<String> {
      Set(
        try await alertmanager.alerts().compactMap {
          ($0["labels"] as? [String: String])?["funnel"]
        }
      )
    }

    private func awaitNames(_ names: Set<String>, _ alertmanager: Alertmanager) async throws {
      try await wait(for: "Alertmanager knows \(names.sorted())") {
        try await self.names(alertmanager) == names ? true : nil
      }
    }

    /// Waits until no alert has to be told any more.
    private func awaitRelay(_ application: ShopApplication) async throws {
      try await wait(for: "every alert is relayed") {
        try await onThread {
          var reader = try TopicReader(group: "\(application.id).relay")
          let isRelayed = try reader.unconsumedRecords(of: application.alerts).isEmpty
          try reader.close()
          return isRelayed ? true : nil
        }
      }
    }

    private func awaitEvents(_ expected: [String], _ pagerDuty: AnsweringServer) async throws {
      try await wait(for: "PagerDuty hears \(expected)") {
        let events = try pagerDuty.bodies(answered: 202).map {
          "\($0["event_action"] ?? "") \($0["dedup_key"] ?? "")"
        }
        return Set(events) == Set(expected) && events.count == expected.count ? true : nil
      }
    }

    @Test(
      .enabled(
        if: Alertmanager.isInstalled, "Scripts/test finds an Alertmanager to relay alerts to"))
    func `no alert is lost while those who are told of them are away`() async throws {
      // The first two times it is asked for patience, the second time it is broken.
      let pagerDuty = try AnsweringServer(statuses: [429, 503])
      let hook = try AnsweringServer(statuses: [])
      defer { [pagerDuty, hook].forEach { $0.close() } }
      let base = try ShopApplication("relay", watches: true)
      let alertmanager = try Alertmanager(folder: base.folder, webhook: hook.port)
      defer { alertmanager.discard() }
      try "R0UTINGKEY\n".write(
        toFile: "\(base.folder)/key", atomically: true, encoding: .utf8)
      var application = base
      application.relay = """
        {alertmanager: {url: "http://127.0.0.1:\(alertmanager.port)", resend: 1s}, \
        pagerduty: {url: "http://127.0.0.1:\(pagerDuty.port)/", \
        routing_key_file: \(base.folder)/key}}
        """
      let daemon = try application.daemon("a")
      let prefix = application.id
      try await Scene(application, [daemon], seed: 0).play { _ in
        try await application.createTopics(with: daemon)
        // What is over before anybody relays is no news; what fires is.
        try await produce([alert("old", "resolved"), alert("one", "firing")], application)
        try await daemon.start()
        try await awaitEvents(["trigger \(prefix)/one"], pagerDuty)
        try expectEvent(pagerDuty, prefix)
        try await wait(for: "the complaint") {
          try daemon.log().contains("alerts cannot be relayed; they wait") ? true : nil
        }

        try await alertmanager.start()
        try await awaitNames(["one"], alertmanager)
        try await alertmanager.stop()
        try await produce(
          [
            alert("one", "resolved"), alert("two", "firing"), alert("three", "firing"),
            alert("three", "resolved"),
          ], application)
        try await alertmanager.start()
        try await awaitNames(["two"], alertmanager)

        // Once everybody has been told of everything, the next life tells Alertmanager what still
        // fires, and PagerDuty nothing again.
        try await awaitRelay(application)
        try await daemon.stop()
        try await alertmanager.stop()
        let told = try pagerDuty.bodies(answered: 202).count
        try await alertmanager.start()
        #expect(try await names(alertmanager).isEmpty)
        try await daemon.start()
        try await awaitNames(["two"], alertmanager)
        #expect(try pagerDuty.bodies(answered: 202).count == told)
        try await produce([alert("two", "resolved")], application)
        try await awaitNames([], alertmanager)
        try await wait(for: "the resolved alert's notification") {
          try hook.bodies(answered: 202).contains { $0["status"] as? String == "resolved" }
            ? true : nil
        }
        try await wait(for: "PagerDuty's incident is over") {
          try pagerDuty.bodies(answered: 202).contains {
            $0["event_action"] as? String == "resolve"
              && $0["dedup_key"] as? String == "\(prefix)/two"
          } ? true : nil
        }
        #expect(!(try daemon.log().contains("R0UTINGKEY")))
        try await daemon.stop()
      }
    }

    /// The same event was refused twice, then taken.
    private func expectEvent(_ pagerDuty: AnsweringServer, _ prefix: String) throws {
      let event = try #require(try pagerDuty.bodies(answered: 202).first)
      for status in [429, 503] {
        let refused = try #require(try pagerDuty.bodies(answered: status).first)
        #expect(NSDictionary(dictionary: refused) == NSDictionary(dictionary: event))
      }
      #expect(event["routing_key"] as? String == "R0UTINGKEY")
      #expect(event["dedup_key"] as? String == "\(prefix)/one")
      let payload = try #require(event["payload"] as? [String: Any])
      #expect(payload["severity"] as? String == "critical")
      #expect(payload["source"] as? String == prefix)
      #expect(payload["summary"] as? String == "one: payment → purchase fell.")
      #expect((payload["custom_details"] as? [String: String])?["suspects"] == "os=iOS")
      let links = try #require(event["links"] as? [[String: String]])
      #expect(links.first?["href"] == "https://wiki.example/one")
    }
  }
}
