package import Attribution

/// How long things took, in buckets that double: exact enough for quantiles, and it adds up.
///
/// Bucket 0 is less than a second, bucket b up to 2^b seconds; the last one takes everything longer.
package struct SpanHistogram: Hashable, Sendable {
  /// Up to more than a year.
  package static let bucketCount = 26

  package private(set) var counts = [Int](repeating: 0, count: SpanHistogram.bucketCount)

  package init() {}

  init(counts: [Int]) {
    precondition(counts.count == SpanHistogram.bucketCount)
    self.counts = counts
  }

  package var total: Int { counts.reduce(0, +) }

  package var isEmpty: Bool { counts.allSatisfy { $0 == 0 } }

  /// Counts `span` so many times; a negative count takes it back.
  package mutating func add(_ span: TimeSpan, count: Int = 1) {
    counts[SpanHistogram.bucket(of: span)] += count
  }

  package mutating func add(_ other: SpanHistogram) {
    for bucket in counts.indices { counts[bucket] += other.counts[bucket] }
  }

  private static func bucket(of span: TimeSpan) -> Int {
    let seconds = max(0, span.milliseconds) / 1_000
    return min(bucketCount - 1, Int64.bitWidth - seconds.leadingZeroBitCount)
  }

  /// The least span that bucket `bucket` holds, and the least that it does not hold any more.
  private static func bounds(of bucket: Int) -> (low: Double, high: Double) {
    bucket == 0 ? (0, 1) : (Double(1 << (bucket - 1)), Double(1 << bucket))
  }

  /// The span that the share `share` does not exceed, in seconds, spread evenly inside its bucket;
  /// `nil` if nothing is counted.
  package func quantile(_ share: Double) -> Double? {
    let total = Double(total)
    guard total > 0 else { return nil }
    let target = share * total
    var sum = 0.0
    for bucket in counts.indices where counts[bucket] > 0 {
      let count = Double(counts[bucket])
      if sum + count >= target {
        let (low, high) = SpanHistogram.bounds(of: bucket)
        return low + (high - low) * max(0, target - sum) / count
      }
      sum += count
    }
    return nil
  }
}
