package import Attribution

/// One Segment event as the auditor sees it.
package struct AuditEvent: Sendable {
  /// The tracker's corrected clock.
  package var time: EventTime
  package var id: String
  /// The user id if there is one, else the anonymous id.
  package var person: String
  package var user: String?
  package var device: String?
  /// The id that an alias makes another name of the user's.
  package var previous: String?
  package var type: String
  /// Name of a tracked event; empty for others.
  package var name: String
  package var sessionID: String?
  package var url: String
  package var referrer: String
  /// `source`, `medium`, `campaign`, `term`, `content`: those that are there.
  package var campaign: [String: String]
  /// Name of the parameter that brought a click id: `gclid`.
  package var clickID: String?
  package var json: AuditJSON

  /// Whether the event brings campaign data: campaign fields or a click id.
  package var hasCampaign: Bool { !campaign.isEmpty || clickID != nil }

  /// Before `other` in the order of a journey: by time, then by the bytes of the id.
  package func precedes(_ other: AuditEvent) -> Bool {
    if time != other.time { return time < other.time }
    return Array(id.utf8).lexicographicallyPrecedes(Array(other.id.utf8))
  }
}
