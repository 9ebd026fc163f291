import Attribution
import Simulation

/// Every model twice: for the product and for the reference implementation.
enum ModelPairs {
  /// All models; of those with one name, one.
  static func random(
    _ generator: inout SeededGenerator
  ) -> (product: [any AttributionModel], audit: [AuditModel]) {
    let custom = customs[generator.below(customs.count)]
    let pairs = plain + [custom]
    return (pairs.map(\.product), pairs.map(\.audit))
  }

  private typealias Pair = (product: any AttributionModel, audit: AuditModel)

  private static let plain: [Pair] = [
    (FirstTouchModel(), .firstTouch), (LastTouchModel(), .lastTouch),
    (LastNonDirectTouchModel(), .lastNonDirectTouch), (LinearModel(), .linear),
    (TimeDecayModel(halfLife: RulePair.units(6)), .timeDecay(halfLife: RulePair.units(6))),
    (PositionBasedModel(), .positionBased), (PositionBasedModel.jShaped, .jShaped),
    (PositionBasedModel.inverseJShaped, .inverseJShaped),
    (WShapedModel(leads: ["signup"]), .wShaped(leads: ["signup"])),
    (ParticipationModel(), .participation), (DataDrivenModel(), .dataDriven),
    (
      FunnelModel(steps: weights(["signup": 1, "purchase": 3])),
      .funnel(["signup": Fraction(1), "purchase": Fraction(3)])
    ),
  ]

  private static let customs: [Pair] = [
    (
      CustomModel(
        by: .position, weights: weights(["first": 3, "2": 2, "-2": 0, "last": 4]), other: 1_000_000),
      .byPosition(
        [1: Fraction(3), 2: Fraction(2), -2: Fraction(0), -1: Fraction(4)], other: Fraction(1))
    ),
    (
      CustomModel(
        by: .channel, weights: weights(["paid search": 3, "Direct": 0]), other: 500_000),
      .byChannel(["Paid Search": Fraction(3), "Direct": .zero], other: Fraction(1, 2))
    ),
    (
      CustomModel(by: .touchpoint, weights: weights(["email_click": 2, "visit": 1]), other: 0),
      .byTouchpoint(["email_click": Fraction(2), "visit": Fraction(1)], other: .zero)
    ),
  ]

  private static func weights(_ weights: KeyValuePairs<String, UInt64>) -> [NamedWeight] {
    weights.map { NamedWeight($0.key, $0.value * 1_000_000) }
  }
}
