package import Attribution

/// How much more counts vary than chance alone would let them, on the scale on which evidence for
/// one effect gathers.
///
/// People come in waves and campaigns bring others, so counts vary more than Poisson's; and the
/// longer one looks, the more of it is slow drift. What a detector of small effects, which looks for
/// hours, has to discount is therefore more than what one of large effects has to, which looks for
/// minutes. Counts are gathered into blocks as large as the detector's evidence; the mean of
/// (observed − expected)² ÷ variance over blocks is the factor. Differences beyond three deviations
/// count as three: one incident is no dispersion.
package struct Dispersion: Sendable {
  private var observed = 0.0
  private var expected = 0.0
  private var variance = 0.0
  private var sum = 0.0
  private var weight = 0.0
  /// Variance that makes a block, at a dispersion of one.
  private let blockVariance: Double

  /// Blocks that the first guess is worth.
  private static let prior = 6.0
  private static let guess = 1.5
  /// What a block keeps of those before it: some two hundred count.
  private static let keep = 0.995

  package init(blockVariance: Double) {
    self.blockVariance = blockVariance
  }

  /// The factor by which the variance exceeds chance; never less than one.
  package var value: Double {
    max(1, (Dispersion.prior * Dispersion.guess + sum) / (Dispersion.prior + weight))
  }

  /// Variance by chance alone of one block as it stands.
  package var scale: Double { blockVariance * value }

  /// Adds a bin in which `observed` came where `expected` were, give or take `variance`.
  package mutating func add(observed: Double, expected: Double, variance: Double) {
    self.observed += observed
    self.expected += expected
    self.variance += variance
    guard self.variance >= scale else { return }
    let difference = self.observed - self.expected
    let square = min(difference * difference / self.variance, 9 * value)
    sum = sum * Dispersion.keep + square
    weight = weight * Dispersion.keep + 1
    discard()
  }

  /// Drops the block that is being gathered: it may be of an incident.
  package mutating func discard() {
    (observed, expected, variance) = (0, 0, 0)
  }
}

extension Dispersion: StateBytes {
  package func write(to writer: inout ByteWriter) {
    writer.write(numbers: [observed, expected, variance, sum, weight, blockVariance])
  }

  package init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    let numbers = try reader.readNumbers()
    guard numbers.count == 6 else { throw ByteReader.Malformed() }
    (observed, expected, variance) = (numbers[0], numbers[1], numbers[2])
    (sum, weight, blockVariance) = (numbers[3], numbers[4], numbers[5])
  }
}
