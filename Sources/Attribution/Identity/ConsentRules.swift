/// What people have to agree to, and how they are forgotten.
package struct ConsentRules: Sendable {
  /// What becomes of events without consent.
  package enum Otherwise: String, CaseIterable, Sendable {
    /// They are counted and forgotten.
    case drop
    /// Their conversions are counted by rule, linked with nobody.
    case strip
  }

  /// Events that carry the consent that is required; `nil` if none is.
  package var given: EventRule?
  package var otherwise = Otherwise.drop
  /// Events by which everything about their person is to be forgotten; `nil` if none are.
  package var erases: EventRule?

  package init() {}

  /// Consent for everything in `fields`: a `true`, however a tracker spells it.
  package static func isGiven(in fields: [FieldIndex]) -> EventCondition {
    let words = ["true", "yes", "granted", "allow", "allowed"]
    let operands: [ValueTest.Operand] = [.bool(true), .number(1)] + words.map { .text($0) }
    return .all(fields.map { .field($0, [.equals(operands)]) })
  }
}
