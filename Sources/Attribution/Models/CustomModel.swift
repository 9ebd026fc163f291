/// Credit in proportion to weights that the configuration gives to positions, channels or touchpoint
/// rules.
///
/// Where no touchpoint of a path has any weight, all of them share equally.
package struct CustomModel: AttributionModel {
  /// What weights are given to.
  package enum Basis: String, CaseIterable, Sendable {
    /// `first`, `last`, a number from the start, or a negative one from the end.
    case position
    case channel
    case touchpoint
  }

  package let name: String
  package let basis: Basis
  package let weights: [NamedWeight]
  /// The weight of what `weights` does not name, in millionths.
  package let other: UInt64

  private let byPosition: [Int: UInt64]
  private let byText: [NormalizedText: UInt64]

  /// Names in `weights` must be of the kind that `basis` says: see `position(named:)`.
  package init(name: String = "custom", by basis: Basis, weights: [NamedWeight], other: UInt64) {
    self.name = name
    self.basis = basis
    self.weights = weights
    self.other = other
    var byPosition: [Int: UInt64] = [:]
    var byText: [NormalizedText: UInt64] = [:]
    for weight in weights {
      if basis == .position {
        guard let position = CustomModel.position(named: weight.name) else {
          preconditionFailure("\(weight.name) is no position")
        }
        byPosition[position] = weight.weight
      } else {
        byText[NormalizedText(weight.name)] = weight.weight
      }
    }
    self.byPosition = byPosition
    self.byText = byText
  }

  /// 1 and on from the start, −1 and on from the end; `nil` for what is no position.
  package static func position(named name: String) -> Int? {
    switch name {
    case "first": 1
    case "last": -1
    default: Int(name).flatMap { $0 == 0 || $0.magnitude > 10_000 ? nil : $0 }
    }
  }

  package var parameters: [ModelParameter] {
    [
      ModelParameter("by", .text(basis.rawValue)), ModelParameter("weights", .weights(weights)),
      ModelParameter("other", .millionths(other)),
    ]
  }

  package func credits(for path: Path) -> Credits {
    let count = path.touchpoints.count
    let weights = path.touchpoints.indices.map { index -> UInt64 in
      let shared = path.touchpoints[index].shared
      switch basis {
      case .position: return weight(at: index, of: count)
      case .channel: return byText[shared.value(of: .channel)] ?? other
      case .touchpoint: return byText[shared.value(of: .touchpoint)] ?? other
      }
    }
    return Credits(normalizingOrEqual: weights)
  }

  /// Of two weights for one touchpoint the one counted from the nearer end; if both are as near,
  /// the one from the start.
  private func weight(at index: Int, of count: Int) -> UInt64 {
    let fromStart = byPosition[index + 1]
    let fromEnd = byPosition[index - count]
    return (index + 1 <= count - index ? fromStart ?? fromEnd : fromEnd ?? fromStart) ?? other
  }
}
