/// Which share of those who entered is due in some bins, for everybody who is remembered.
struct DueShares: Sendable {
  /// The slots of the last bins, up to the end of those asked for.
  let slots: ClosedRange<Int64>
  /// By slot modulo capacity.
  private let shares: [Double]

  /// Of those who entered before the end of `bins` and take as long as `delays` say.
  init(in bins: Range<Int64>, _ delays: DelayDistribution, _ buckets: DelayBuckets) {
    let reached = DueShares.reached(delays, buckets)
    func share(after age: Int64) -> Double {
      reached[Int(min(max(0, age), Int64(buckets.longest)))]
    }
    let last = max(0, bins.upperBound - 1) / CrossedCell.binsPerSlot
    slots = max(0, last - CrossedCell.capacity + 1)...last
    var shares = [Double](repeating: 0, count: Int(CrossedCell.capacity))
    for slot in slots {
      let begin = slot * CrossedCell.binsPerSlot
      // Of a slot that is not over, entries are of those of its bins that are.
      let entries = begin..<min(begin + CrossedCell.binsPerSlot, bins.upperBound)
      guard !entries.isEmpty else { continue }
      let sum = entries.reduce(0) {
        $0 + share(after: bins.upperBound - $1) - share(after: bins.lowerBound - $1)
      }
      shares[Int(slot % CrossedCell.capacity)] = sum / Double(entries.count)
    }
    self.shares = shares
  }

  subscript(slot: Int64) -> Double { shares[Int(slot % CrossedCell.capacity)] }

  /// The share of those who have arrived after so many bins, from none on.
  private static func reached(_ delays: DelayDistribution, _ buckets: DelayBuckets) -> [Double] {
    var reached = [0.0]
    reached.reserveCapacity(buckets.longest + 1)
    var sum = 0.0
    for bucket in 0..<buckets.count {
      let width = buckets.edges[bucket + 1] - buckets.edges[bucket]
      for _ in 0..<width {
        sum += delays.shares[bucket] / Double(width)
        reached.append(sum)
      }
    }
    return reached
  }
}
