package import Attribution

/// How a conversion is shared among the touchpoints of its path.
package enum AuditModel: Hashable, Sendable {
  case firstTouch, lastTouch, lastNonDirectTouch, linear, participation
  case timeDecay(halfLife: TimeSpan)
  case positionBased(first: Fraction, last: Fraction)
  case jShaped, inverseJShaped
  /// 0.3 to the first, to the one that led to the first of these conversions, and to the last.
  case wShaped(leads: [String])
  /// Weights by position: from 1 at the start, from −1 at the end.
  case byPosition([Int: Fraction], other: Fraction)
  case byChannel([String: Fraction], other: Fraction)
  case byTouchpoint([String: Fraction], other: Fraction)
  /// Weights of conversions on the way.
  case funnel([String: Fraction])
  case dataDriven

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
    case .jShaped: "j_shaped"
    case .inverseJShaped: "inverse_j_shaped"
    case .wShaped: "w_shaped"
    case .byPosition, .byChannel, .byTouchpoint: "custom"
    case .funnel: "funnel"
    case .dataDriven: "data_driven"
    }
  }
}
