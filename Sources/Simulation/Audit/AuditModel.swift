package import Attribution

/// How a conversion is shared among the touchpoints of its path.
package enum AuditModel: Hashable, Sendable {
  case firstTouch, lastTouch, lastNonDirectTouch, linear, participation
  case timeDecay(halfLife: TimeSpan)
  case positionBased(first: Fraction, last: Fraction)

  /// 0.4 to the first and the last.
  package static let positionBased = AuditModel.positionBased(
    first: Fraction(4, 10), last: Fraction(4, 10))

  /// The name in output records.
  package var name: String {
    switch self {
    case .firstTouch: "first_touch"
    case .lastTouch: "last_touch"
    case .lastNonDirectTouch: "last_non_direct_touch"
    case .linear: "linear"
    case .participation: "participation"
    case .timeDecay: "time_decay"
    case .positionBased: "position_based"
    }
  }
}
