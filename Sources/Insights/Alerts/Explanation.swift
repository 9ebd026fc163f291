/// Which segments an incident is in: the smallest set that explains what is missing.
///
/// Candidates are everybody, and sets of values of one dimension. Each says: here the rate is ρ times
/// the expected, everywhere else it is as expected. With Poisson counts the best ρ is Y/M, and
/// its log-likelihood gain Y ln(Y/M) − Y + M (Wilks' statistic, halved). One ρ for everybody fits
/// a fault of one segment badly, and one segment cannot explain what is missing in the others; so
/// the best gain is the place. Every value in a set costs a little, so that the set is small.
///
/// A fault of some who have two values at once is in neither value: `refine` finds those.
package struct Explanation: Hashable, Sendable {
  /// Empty if it is everybody.
  package var places: [SegmentPlace] = []
  /// Those of two values at once whom it is in, where they explain it better than places do.
  package var cells: [CrossedPlace] = []
  /// Share of all that is missing, or too much, of each cell, or of each place if there are none.
  package var shares: [Double] = []

  /// What one more value must add to the gain, in nats.
  static let costPerValue = 3.0

  /// It is everybody.
  package init() {}

  /// Explains what is missing, or too much if not `isDrop`, from counts of `total` and of the values
  /// of each dimension.
  package init(
    total: BinHistory.Counts, dimensions: [[BinHistory.Counts]], isDrop: Bool, dispersion: Double
  ) {
    var bestGain = Explanation.gain(total, isDrop: isDrop) / dispersion
    for (dimension, values) in dimensions.enumerated() where values.count > 1 {
      let set = Explanation.smallestSet(values, isDrop: isDrop, dispersion: dispersion)
      // All values of a dimension are everybody.
      guard !set.values.isEmpty, set.values.count < values.count else { continue }
      if set.gain > bestGain {
        bestGain = set.gain
        places = set.values.map { SegmentPlace(dimension: dimension, value: $0) }
      }
    }
    shares = places.map { Explanation.share(of: dimensions[$0.dimension][$0.value], in: total) }
  }

  /// Which share of all that is missing, or too much, is so in `counts`.
  static func share(of counts: BinHistory.Counts, in total: BinHistory.Counts) -> Double {
    let missing = total.expected - total.observed
    return missing == 0 ? 0 : min(1, max(0, (counts.expected - counts.observed) / missing))
  }

  /// Whether it is in the same people as `other`.
  package func isPlace(of other: Explanation) -> Bool {
    cells == other.cells && (!cells.isEmpty || places == other.places)
  }

  /// The log-likelihood gain of a rate of its own for `counts`.
  static func gain(_ counts: BinHistory.Counts, isDrop: Bool) -> Double {
    let (observed, expected) = (counts.observed, counts.expected)
    guard expected > 0, (observed < expected) == isDrop else { return 0 }
    guard observed > 0 else { return expected }
    return observed * Mathematics.log(observed / expected) - observed + expected
  }

  private static func smallestSet(
    _ values: [BinHistory.Counts], isDrop: Bool, dispersion: Double
  ) -> (values: [Int], gain: Double) {
    let gains = values.map { gain($0, isDrop: isDrop) }
    // Each with a rate of its own: a fault may hit some harder than others.
    let set = values.indices.filter { gains[$0] / dispersion > costPerValue }
      .sorted { (gains[$1], $0) < (gains[$0], $1) }
    let best = set.reduce(0) { $0 + gains[$1] / dispersion - costPerValue }
    return (set, best)
  }
}
