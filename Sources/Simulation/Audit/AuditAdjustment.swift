/// Says which events change what a conversion is worth.
package struct AuditAdjustment: Sendable {
  /// JSON pointers to amounts.
  package enum Change: Sendable {
    case subtract(String)
    case set(String)
    case cancel
  }

  package var matches: @Sendable (AuditEvent) -> Bool
  /// Name of the conversion rule.
  package var conversion: String
  /// JSON pointer to the conversion's key.
  package var key: String
  package var change: Change

  /// Adjustments that are the tracked event `event`.
  package init(event: String, conversion: String, key: String, change: Change) {
    matches = { $0.type == "track" && $0.name == event }
    self.conversion = conversion
    self.key = key
    self.change = change
  }
}
