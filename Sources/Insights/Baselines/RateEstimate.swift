package import Attribution

/// How many come for each that is expected, from what was seen so far; the older, the less it counts.
///
/// Shrunk towards a prior of one: with little evidence, the parent's rate stands. `prior` is how much
/// evidence that is worth, in expected completions.
package struct RateEstimate: Hashable, Sendable {
  /// Completions that were seen, decayed.
  private(set) var observed = 0.0
  /// Completions that would have been expected at a rate of one, decayed.
  private(set) var exposure = 0.0
  let prior: Double

  package init(prior: Double) {
    self.prior = prior
  }

  /// The rate; 0 as long as nothing is known and there is no prior.
  package var value: Double {
    let weight = exposure + prior
    return weight > 0 ? (observed + prior) / weight : 0
  }

  /// What the estimate rests on, in completions: its relative variance is one over this.
  package var evidence: Double { observed + prior }

  /// Learns that `observed` came where a rate of one would have brought `exposure`, after keeping
  /// the share `keep` of what was known.
  package mutating func learn(observed: Double, exposure: Double, keep: Double) {
    self.observed = self.observed * keep + observed
    self.exposure = self.exposure * keep + exposure
  }

  /// `observed`, but not further from what was expected than three deviations: what is far off is an
  /// exception, and no lesson.
  package static func tamed(
    _ observed: Double, expected: Double, dispersion: Double
  ) -> Double {
    let most = 3 * (expected * dispersion + 1).squareRoot()
    return min(expected + most, max(expected - most, observed))
  }

  /// The rate has changed for good, to `ratio` times what it was.
  package mutating func accept(ratio: Double) {
    // With a prior, scaling what was observed alone would leave the rate short of its new level.
    observed = max(0, value * ratio * (exposure + prior) - prior)
  }
}

extension RateEstimate: StateBytes {
  package func write(to writer: inout ByteWriter) {
    writer.write(numbers: [observed, exposure, prior])
  }

  package init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    let numbers = try reader.readNumbers()
    guard numbers.count == 3 else { throw ByteReader.Malformed() }
    (observed, exposure, prior) = (numbers[0], numbers[1], numbers[2])
  }
}
