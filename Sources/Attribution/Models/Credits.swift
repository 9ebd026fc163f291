/// How one model shares one conversion over a path: touchpoint i gets `weights[i]` / `total`.
///
/// Credit is a ratio of integers, so shares sum to exactly one and money can be shared without a
/// floating-point step between model and minor unit.
package struct Credits: Hashable, Sendable {
  package let weights: [UInt64]
  package let total: UInt64

  /// Weights may be at most 2^40 each, which leaves room for the sum of any path.
  package static let maximumWeight: UInt64 = 1 << 40

  /// Normalises `weights`: they sum to one. At least one must be positive.
  package init(normalizing weights: [UInt64]) {
    let total = weights.reduce(0, +)
    precondition(total > 0, "a non-empty path has positive weight")
    self.weights = weights
    self.total = total
  }

  /// Normalises `weights`; where all of them are zero, everybody gets the same.
  package init(normalizingOrEqual weights: [UInt64]) {
    let isAnyPositive = weights.contains { $0 > 0 }
    self.init(normalizing: isAnyPositive ? weights : [UInt64](repeating: 1, count: weights.count))
  }

  /// All credit to the touchpoint at `index` of `count`.
  package init(wholeTo index: Int, of count: Int) {
    var weights = [UInt64](repeating: 0, count: count)
    weights[index] = 1
    self.init(normalizing: weights)
  }

  /// One to every touchpoint: participation, which does not share.
  package init(oneToEach count: Int) {
    weights = [UInt64](repeating: 1, count: count)
    total = 1
  }

  package var sumsToOne: Bool { weights.reduce(0, +) == total }

  /// The credit at `index` in millionths, rounded half up: for display, never for money.
  package func millionths(at index: Int) -> Int64 {
    let (quotient, remainder) = total.dividingFullWidth(
      weights[index].multipliedFullWidth(by: 1_000_000))
    return Int64(quotient) + (remainder >= total - remainder ? 1 : 0)
  }
}
