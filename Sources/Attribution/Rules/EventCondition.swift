/// A condition on one event, as a configuration writes it under `when`.
package indirect enum EventCondition: Hashable, Sendable {
  /// Holds for every event.
  case always
  case all([EventCondition])
  case any([EventCondition])
  case not(EventCondition)
  /// The field passes every one of these tests.
  case field(FieldIndex, [ValueTest])
  /// Whether the event is the first of its session, which only the person's journey can tell.
  case startsSession(Bool)
}

/// A test of one field's value.
package enum ValueTest: Hashable, Sendable {
  /// Equal to one of these. Numbers equal numbers and the text that spells them.
  case equals([Operand])
  /// The regular expression (RE2) is found somewhere in the text; case matters unless it says `(?i)`.
  case matches(String)
  /// The whole normalised text fits the pattern, in which `*` is any text and `?` one character.
  case glob(String)
  case above(Double)
  case below(Double)
  /// There (not missing, null or empty), or not.
  case exists(Bool)

  /// A scalar that a configuration compares with.
  package enum Operand: Hashable, Sendable {
    case text(String)
    case number(Double)
    case bool(Bool)
  }
}
