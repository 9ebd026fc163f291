internal import Foundation

/// A record of the alerts topic, as far as others are told of it.
package struct RelayedAlert: Hashable, Sendable {
  /// A record that is none of this version.
  package struct Unreadable: Error {}

  package private(set) var id: String
  package private(set) var isResolved: Bool
  let severity: String
  let kind: String
  let summary: String
  let startsAt: String
  private(set) var endsAt: String?
  let updatedAt: String
  /// What tells it from others, as Alertmanager sees it.
  let labels: [String: String]
  let annotations: [String: String]
  /// For people who want to know more.
  let details: [String: String]

  /// Reads `afterclick/funnel-alert/v1`.
  package init(json: UnsafeRawBufferPointer) throws(Unreadable) {
    let record: Record
    do {
      record = try JSONDecoder().decode(Record.self, from: Data(json))
    } catch {
      throw Unreadable()
    }
    id = record.alert_id
    isResolved = record.status == "resolved"
    severity = record.severity
    kind = record.kind
    summary = record.summary
    startsAt = record.startsAt
    endsAt = record.endsAt
    updatedAt = record.updated_at
    labels = record.labels
    annotations = record.annotations
    var details: [String: String] = [:]
    let suspects = (record.suspects ?? []).map { suspect in
      // Who is both, if there are two.
      suspect.segment.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: " with ")
    }
    if !suspects.isEmpty { details["suspects"] = suspects.joined(separator: ", ") }
    let others = (record.also ?? []).map { other in
      (other.next_step.map { "\(other.step) → \($0)" } ?? other.step) + " (\(other.kind))"
    }
    if !others.isEmpty { details["also"] = others.joined(separator: ", ") }
    if let lost = record.impact?.lost_conversions { details["lost_conversions"] = "\(lost)" }
    if let value = record.impact?.lost_value {
      details["lost_value"] = "\(value) \(record.impact?.currency ?? "")"
    }
    if let resolution = record.resolution { details["resolution"] = resolution }
    self.details = details
  }

  /// The same with these labels, over at `time`: what goes on has others.
  func closed(at time: String) -> RelayedAlert {
    var closed = self
    closed.id += " as \(severity) \(kind)"
    closed.isResolved = true
    closed.endsAt = time
    return closed
  }

  /// Names as they are in the record.
  private struct Record: Decodable {
    struct Suspect: Decodable {
      var segment: [String: String]
    }

    struct Affected: Decodable {
      var step: String
      var next_step: String?
      var kind: String
    }

    struct Impact: Decodable {
      var lost_conversions: Double?
      var lost_value: Double?
      var currency: String?
    }

    var alert_id: String
    var status: String
    var severity: String
    var kind: String
    var summary: String
    var startsAt: String
    var endsAt: String?
    var updated_at: String
    var resolution: String?
    var labels: [String: String]
    var annotations: [String: String]
    var suspects: [Suspect]?
    var also: [Affected]?
    var impact: Impact?
  }
}

// What receivers take.
extension RelayedAlert {
  /// One element of what Alertmanager's `POST /api/v2/alerts` takes.
  struct AlertmanagerAlert: Encodable {
    var labels: [String: String]
    var annotations: [String: String]
    var startsAt: String
    /// Absent while it fires: Alertmanager waits for as long as its `resolve_timeout`.
    var endsAt: String?
    var generatorURL: String?
  }

  func forAlertmanager(application: String, link: String?) -> AlertmanagerAlert {
    var labels = labels
    labels["application"] = application
    return AlertmanagerAlert(
      labels: labels, annotations: annotations.merging(details) { first, _ in first },
      startsAt: startsAt, endsAt: isResolved ? endsAt ?? updatedAt : nil, generatorURL: link)
  }

  /// What PagerDuty's Events API v2 takes.
  struct PagerDutyEvent: Encodable {
    struct Payload: Encodable {
      var summary: String
      var source: String
      var severity: String
      var timestamp: String
      var component: String?
      var group: String?
      var `class`: String
      var custom_details: [String: String]
    }

    struct Link: Encodable {
      var href: String
      var text: String
    }

    var routing_key: String
    var event_action: String
    var dedup_key: String
    var payload: Payload
    var links: [Link]
    var client = "Afterclick"
    var client_url: String?
  }

  /// PagerDuty refuses longer ones.
  private static let longestSummary = 1_024
  private static let longestKey = 255

  func forPagerDuty(
    application: String, routingKey: String, link: String?
  ) -> PagerDutyEvent {
    let runbook = annotations["runbook_url"].map {
      [PagerDutyEvent.Link(href: $0, text: "Runbook")]
    }
    return PagerDutyEvent(
      routing_key: routingKey, event_action: isResolved ? "resolve" : "trigger",
      dedup_key: RelayedAlert.cut("\(application)/\(id)", RelayedAlert.longestKey),
      payload: .init(
        summary: RelayedAlert.cut(summary, RelayedAlert.longestSummary), source: application,
        severity: severity, timestamp: startsAt, component: labels["funnel"],
        group: labels["step"] ?? labels["measure"], class: kind, custom_details: details),
      links: runbook ?? [], client_url: link)
  }

  /// What is cut ends in a checksum of the whole, so that two that are cut are still two.
  private static func cut(_ text: String, _ limit: Int) -> String {
    guard text.count > limit else { return text }
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return text.prefix(limit - 17) + "…" + String(hash, radix: 16)
  }
}
