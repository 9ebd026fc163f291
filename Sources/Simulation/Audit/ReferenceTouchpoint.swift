package import Attribution

/// One touchpoint of a person's journey, in the reference implementation.
package struct ReferenceTouchpoint: Sendable {
  package var event: AuditEvent
  /// Name of its rule.
  package var rule: String
  package var interaction: Interaction
  package var channel: String
  /// How many touchpoints it stands for, after `frequency`.
  package var count = 1
}
