package import Attribution

/// Says which events are touchpoints.
package struct AuditTouchpointRule: Sendable {
  package var name: String
  package var interaction: Interaction
  /// Gets the event, and whether it starts a session.
  package var matches: @Sendable (AuditEvent, Bool) -> Bool

  package init(
    name: String, interaction: Interaction,
    matches: @escaping @Sendable (AuditEvent, Bool) -> Bool
  ) {
    self.name = name
    self.interaction = interaction
    self.matches = matches
  }

  /// A page or screen view that brings campaign data or starts a session.
  package static let visit = AuditTouchpointRule(name: "visit", interaction: .visit) {
    event, startsSession in
    ["page", "screen"].contains(event.type) && (event.hasCampaign || startsSession)
  }

  /// A tracked event of this name.
  package static func event(
    _ event: String, name: String, interaction: Interaction
  ) -> AuditTouchpointRule {
    AuditTouchpointRule(name: name, interaction: interaction) { candidate, _ in
      candidate.type == "track" && candidate.name == event
    }
  }
}
