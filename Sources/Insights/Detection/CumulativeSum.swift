package import Attribution

/// One CUSUM (Page, 1954): evidence for a change, gathered since it last began from nothing.
package struct CumulativeSum: Hashable, Sendable {
  /// In nats: the log-likelihood ratio of changed to unchanged since `start`.
  package private(set) var statistic = 0.0
  /// The first bin of the evidence.
  package private(set) var start: Int64 = 0
  /// What was expected since then.
  package private(set) var expected = 0.0
  /// What came.
  package private(set) var observed = 0.0

  package init() {}

  /// Adds the evidence of `bin`; at or below zero everything begins anew.
  package mutating func add(
    _ evidence: Double, observed: Double, expected: Double, bin: Int64
  ) {
    if statistic == 0 {
      start = bin
      self.observed = 0
      self.expected = 0
    }
    statistic += evidence
    self.observed += observed
    self.expected += expected
    if statistic <= 0 { statistic = 0 }
  }

  package mutating func reset() { self = CumulativeSum() }
}

extension CumulativeSum: StateBytes {
  package func write(to writer: inout ByteWriter) {
    writer.write(numbers: [statistic, expected, observed])
    writer.write(signed: start)
  }

  package init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    let numbers = try reader.readNumbers()
    guard numbers.count == 3 else { throw ByteReader.Malformed() }
    (statistic, expected, observed) = (numbers[0], numbers[1], numbers[2])
    start = try reader.readSigned()
  }
}
