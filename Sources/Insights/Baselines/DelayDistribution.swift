package import Attribution

/// How long people take from one step to the next, learned from those who arrived.
///
/// A histogram over `DelayBuckets` that forgets. A segment's own is shrunk to its parent's.
package struct DelayDistribution: Sendable {
  private var counts: [Double]
  private var total = 0.0
  /// The share of each bucket.
  package private(set) var shares: [Double]
  /// The first bucket that is slow: up to there are about half of the arrivals.
  package private(set) var slowFrom: Int

  /// Arrivals that the parent's distribution is worth beside a segment's own.
  private static let prior = 60.0

  package init(buckets: DelayBuckets) {
    counts = [Double](repeating: 0, count: buckets.count)
    shares = [Double](repeating: 1 / Double(buckets.count), count: buckets.count)
    slowFrom = 1
    findMiddle()
  }

  /// Notes an arrival. The shares stay as they are until `settle`.
  package mutating func add(bucket: Int) {
    counts[bucket] += 1
    total += 1
  }

  /// Arrivals that the shares rest on.
  package var evidence: Double { total + DelayDistribution.prior }

  /// Finds the shares anew from all arrivals noted, shrunk to `parent`, then keeps the share `keep`
  /// of the past.
  package mutating func settle(parent: DelayDistribution?, keep: Double) {
    // Without a parent a trace of everything stays possible.
    let weight = parent == nil ? 1 : DelayDistribution.prior
    let even = 1 / Double(counts.count)
    for bucket in shares.indices {
      let before = parent.map { $0.shares[bucket] } ?? even
      shares[bucket] = (counts[bucket] + weight * before) / (total + weight)
      counts[bucket] *= keep
    }
    total *= keep
    findMiddle()
  }

  /// From now on other delays are usual: what was noted before hardly counts.
  package mutating func forget() {
    for bucket in counts.indices { counts[bucket] *= 0.02 }
    total *= 0.02
  }

  private mutating func findMiddle() {
    var sum = 0.0
    for bucket in shares.indices.dropLast() {
      sum += shares[bucket]
      guard sum < 0.5 else {
        slowFrom = bucket + 1
        return
      }
    }
    slowFrom = max(1, shares.count - 1)
  }

  /// The first bucket at the end of which at least `share` of all have arrived.
  package func bucket(ofShare share: Double) -> Int {
    var sum = 0.0
    for bucket in shares.indices {
      sum += shares[bucket]
      if sum >= share { return bucket }
    }
    return shares.count - 1
  }
}

extension DelayDistribution: StateBytes {
  package func write(to writer: inout ByteWriter) {
    writer.write(numbers: counts)
    writer.write(numbers: shares)
    // Summed up again, in another order, it would differ in its last bits, and so would what follows.
    writer.write(number: total)
  }

  package init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    counts = try reader.readNumbers()
    shares = try reader.readNumbers()
    guard !counts.isEmpty, counts.count == shares.count else { throw ByteReader.Malformed() }
    total = try reader.readNumber()
    slowFrom = 1
    findMiddle()
  }
}
