package import Attribution

/// A change that is watched for: counts `ratio` times as high as expected.
package struct Effect: Sendable {
  package let ratio: Double
  private let logRatio: Double
  /// KL(after ‖ before) for each expected arrival.
  package let information: Double
  package private(set) var sum = CumulativeSum()
  package private(set) var dispersion: Dispersion

  /// Evidence that one bin can bring at most. One bin alone, a flood of repeated events for
  /// instance, is no reason to wake anybody.
  private static let mostPerBin = 4.0
  /// Evidence, in nats, that a decision usually rests on: it sets the scale of the dispersion.
  private static let usualThreshold = 12.0

  package init(ratio: Double) {
    precondition(ratio > 0 && ratio != 1, "a change by the ratio \(ratio)")
    self.ratio = ratio
    logRatio = Mathematics.log(ratio)
    information = RunLength.information(ofRatio: ratio)
    dispersion = Dispersion(blockVariance: Effect.usualThreshold / information)
  }

  package var isDrop: Bool { ratio < 1 }

  /// The dispersion, with what is not known of the expectation: `evidence` is how many arrivals it
  /// was learned from.
  package func dispersion(evidence: Double) -> Double {
    dispersion.value * (1 + dispersion.scale / max(1, evidence))
  }

  /// Weighs a bin: the log-likelihood ratio of Poisson counts, y ln ρ + μ (1 − ρ), over the
  /// dispersion.
  package mutating func judge(
    observed: Double, expected: Double, evidence: Double, bin: Int64
  ) {
    let weight = observed * logRatio + expected * (1 - ratio)
    sum.add(
      min(Effect.mostPerBin, weight / dispersion(evidence: evidence)), observed: observed,
      expected: expected, bin: bin)
  }

  package mutating func learn(observed: Double, expected: Double) {
    dispersion.add(observed: observed, expected: expected, variance: expected)
  }

  /// Everything gathered so far is accounted for: begin anew.
  package mutating func reset() {
    sum.reset()
    dispersion.discard()
  }
}

extension Effect: StateBytes {
  package func write(to writer: inout ByteWriter) {
    writer.write(number: ratio)
    sum.write(to: &writer)
    dispersion.write(to: &writer)
  }

  package init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    let ratio = try reader.readNumber()
    guard ratio > 0, ratio != 1 else { throw ByteReader.Malformed() }
    self.init(ratio: ratio)
    sum = try CumulativeSum(from: &reader)
    dispersion = try Dispersion(from: &reader)
  }
}
