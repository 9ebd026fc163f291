package import Attribution

/// Who entered a step when, as running sums, so that how many of them are due now takes one
/// subtraction for each bucket of delays.
package struct CohortRing: Sendable {
  /// The sum of everything up to and including each of the last bins, by bin modulo capacity.
  private var sums: [Double]
  private var total = 0.0
  private var lastBin: Int64 = -1
  /// The first bin that was closed.
  private var firstBin: Int64 = 0

  /// Remembers bins as long as `buckets` reach.
  package init(buckets: DelayBuckets) {
    sums = [Double](repeating: 0, count: buckets.longest + 1)
  }

  /// Closes `bin`, which follows the one before, with what entered in it.
  package mutating func close(_ bin: Int64, mass: Double) {
    if lastBin < 0 { firstBin = bin }
    lastBin = bin
    total += mass
    sums[Int(bin % Int64(sums.count))] = total
  }

  /// Somebody of whom nothing was known entered in `bin`, which is closed: what was due of them until
  /// now stays as it was, the rest is due from now on.
  package mutating func add(_ mass: Double, at bin: Int64) {
    guard lastBin >= 0 else { return }
    total += mass
    let first = max(bin, firstBin, lastBin - Int64(sums.count) + 1)
    for later in first..<max(first, lastBin + 1) { sums[Int(later % Int64(sums.count))] += mass }
  }

  var capacity: Int { sums.count }

  /// The sum over all bins up to `age` bins before the last one.
  private func sum(before age: Int) -> Double {
    let bin = lastBin - Int64(age)
    return bin < firstBin ? 0 : sums[Int(bin % Int64(sums.count))]
  }

  /// How many are expected to arrive in the last bin, if everybody arrives in the end: those of
  /// fast buckets and those of slow ones.
  ///
  /// Σ n(s) f(t − s), with f constant inside of a bucket.
  package func due(
    _ delays: DelayDistribution, _ buckets: DelayBuckets
  ) -> (fast: Double, slow: Double) {
    var due = (fast: 0.0, slow: 0.0)
    var upper = sum(before: 0)
    for bucket in 0..<buckets.count {
      let next = buckets.edges[bucket + 1]
      let lower = sum(before: next)
      let part = (upper - lower) * delays.shares[bucket] / Double(next - buckets.edges[bucket])
      if bucket < delays.slowFrom { due.fast += part } else { due.slow += part }
      upper = lower
    }
    return due
  }

  /// Forgets everybody: a gap was so long that nobody is due any more.
  package mutating func removeAll() {
    lastBin = -1
    total = 0
  }
}

extension CohortRing: StateBytes {
  package func write(to writer: inout ByteWriter) {
    writer.write(numbers: sums)
    writer.write(number: total)
    writer.write(signed: lastBin)
    writer.write(signed: firstBin)
  }

  package init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    sums = try reader.readNumbers()
    total = try reader.readNumber()
    lastBin = try reader.readSigned()
    firstBin = try reader.readSigned()
    guard sums.count > 1, lastBin < .max / 2 else { throw ByteReader.Malformed() }
  }
}
