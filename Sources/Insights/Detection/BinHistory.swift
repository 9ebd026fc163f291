package import Attribution

/// What came and what was expected in each of the last bins of a stream.
///
/// When something has gone wrong, it tells how much is missing since when, for every segment alike.
package struct BinHistory: Sendable {
  /// What one bin, or several together, brought.
  package struct Counts: Hashable, Sendable {
    package var entered = 0.0
    package var observed = 0.0
    package var expected = 0.0
    /// Those of the observed who took long, and how many such were due.
    package var slow = 0.0
    package var slowDue = 0.0

    package init(
      entered: Double = 0, observed: Double = 0, expected: Double = 0, slow: Double = 0,
      slowDue: Double = 0
    ) {
      self.entered = entered
      self.observed = observed
      self.expected = expected
      self.slow = slow
      self.slowDue = slowDue
    }

    package static func + (left: Counts, right: Counts) -> Counts {
      Counts(
        entered: left.entered + right.entered, observed: left.observed + right.observed,
        expected: left.expected + right.expected, slow: left.slow + right.slow,
        slowDue: left.slowDue + right.slowDue)
    }
  }

  /// Bins that are remembered. What began before is counted from there.
  package static let capacity: Int64 = 720

  /// So many numbers for each bin that was closed, by bin modulo capacity.
  private static let width = 5
  private var numbers: [Float] = []
  private var lastBin: Int64 = -1

  package init() {}

  package mutating func close(_ bin: Int64, _ counts: Counts) {
    if numbers.isEmpty {
      numbers = [Float](repeating: 0, count: BinHistory.width * Int(BinHistory.capacity))
    }
    let place = BinHistory.width * Int(bin % BinHistory.capacity)
    numbers[place] = Float(counts.entered)
    numbers[place + 1] = Float(counts.observed)
    numbers[place + 2] = Float(counts.expected)
    numbers[place + 3] = Float(counts.slow)
    numbers[place + 4] = Float(counts.slowDue)
    lastBin = bin
  }

  /// The sum of all bins from `bin` on.
  package func counts(since bin: Int64) -> Counts {
    counts(in: bin..<(max(lastBin, bin) + 1))
  }

  /// The sum of those of `bins` that are remembered.
  package func counts(in bins: Range<Int64>) -> Counts {
    var counts = Counts()
    guard lastBin >= 0 else { return counts }
    let first = max(bins.lowerBound, lastBin - BinHistory.capacity + 1, 0)
    for bin in first..<max(first, min(bins.upperBound, lastBin + 1)) {
      let place = BinHistory.width * Int(bin % BinHistory.capacity)
      counts.entered += Double(numbers[place])
      counts.observed += Double(numbers[place + 1])
      counts.expected += Double(numbers[place + 2])
      counts.slow += Double(numbers[place + 3])
      counts.slowDue += Double(numbers[place + 4])
    }
    return counts
  }

  package mutating func removeAll() { self = BinHistory() }
}

extension BinHistory: StateBytes {
  package func write(to writer: inout ByteWriter) {
    writer.write(signed: lastBin)
    writer.write(varint: UInt64(numbers.count))
    // Most bins of most segments are empty; a zero takes one byte.
    for number in numbers { writer.write(varint: UInt64(number.bitPattern)) }
  }

  package init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    lastBin = try reader.readSigned()
    let count = try reader.readCount()
    guard count == 0 || count == BinHistory.width * Int(BinHistory.capacity),
      (count > 0) == (lastBin >= 0), lastBin < .max / 2
    else { throw ByteReader.Malformed() }
    for _ in 0..<count {
      guard let bits = UInt32(exactly: try reader.readVarint()) else {
        throw ByteReader.Malformed()
      }
      numbers.append(Float(bitPattern: bits))
    }
  }
}
