package import Attribution

/// Watches for a step that takes longer: among those who arrive, more are slow than were due.
///
/// Slow is what takes longer than half of all arrivals usually do. How many slow ones are due
/// depends on who entered when, and so does their share q; a burst that has just entered brings
/// fast arrivals first. Given how many arrive, the number of slow ones is binomial, whatever the
/// conversion rate does. The change watched for: odds three times as high.
package struct SlowEffect: Sendable {
  package private(set) var sum = CumulativeSum()
  private var dispersion: Dispersion

  /// What the odds of a slow arrival become when the step slows down.
  private static let oddsRatio = 3.0
  private static let mostPerBin = 4.0
  private static let logOddsRatio = Mathematics.log(oddsRatio)

  package init() {
    // A decision rests on some hundred arrivals, of which half are slow: p (1 − p) for each.
    dispersion = Dispersion(blockVariance: 25)
  }

  /// Information per arrival once the change is there, for an even split.
  package static let information = RunLength.information(ofShare: 0.75, from: 0.5)

  /// Weighs a bin in which `slow` and `fast` arrivals came where `due` were expected, by what was
  /// learned from `evidence` arrivals.
  package mutating func judge(
    fast: Double, slow: Double, due: (fast: Double, slow: Double), evidence: Double, bin: Int64
  ) {
    let arrived = fast + slow
    guard arrived > 0, due.fast > 0, due.slow > 0 else { return }
    let share = due.slow / (due.fast + due.slow)
    // q₁ = ωq ÷ (ωq + 1 − q), so that ln(q₁/q) = ln ω − ln(1 − q + ωq), and without the ln ω for 1 − q.
    let normalizer = Mathematics.log(1 - share + SlowEffect.oddsRatio * share)
    let weight = slow * SlowEffect.logOddsRatio - arrived * normalizer
    // A decision rests on four times as many arrivals as on variance: p (1 − p) of each.
    let doubt = 1 + 4 * dispersion.scale / max(1, evidence)
    sum.add(
      min(SlowEffect.mostPerBin, weight / (dispersion.value * doubt)), observed: slow,
      expected: arrived * share, bin: bin)
  }

  package mutating func learn(fast: Double, slow: Double, due: (fast: Double, slow: Double)) {
    let arrived = fast + slow
    guard arrived > 0, due.fast > 0, due.slow > 0 else { return }
    let share = due.slow / (due.fast + due.slow)
    dispersion.add(
      observed: slow, expected: arrived * share, variance: arrived * share * (1 - share))
  }

  /// The dispersion of the number of slow arrivals.
  package var excess: Double { dispersion.value }

  package mutating func reset() {
    sum.reset()
    dispersion.discard()
  }
}

extension SlowEffect: StateBytes {
  package func write(to writer: inout ByteWriter) {
    sum.write(to: &writer)
    dispersion.write(to: &writer)
  }

  package init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    sum = try CumulativeSum(from: &reader)
    dispersion = try Dispersion(from: &reader)
  }
}
