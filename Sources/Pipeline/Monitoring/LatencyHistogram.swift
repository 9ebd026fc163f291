/// How often something took how long, in fixed buckets. Only ever grows.
package struct LatencyHistogram: Hashable, Sendable {
  /// Upper bounds of the buckets in seconds, inclusive; one more bucket holds what took longer.
  ///
  /// Dense where the daemon should be, with room for what a backlog makes of it.
  package static let bounds: [Double] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3_600,
  ]

  /// Observations in each bucket, not accumulated.
  package private(set) var counts = [Int](repeating: 0, count: bounds.count + 1)
  /// Seconds, of all observations.
  package private(set) var sum = 0.0

  package init() {}

  package var count: Int { counts.reduce(0, +) }

  /// Counts one observation; a clock that was set back makes it zero.
  package mutating func record(seconds: Double) {
    let seconds = max(0, seconds)
    let bucket = LatencyHistogram.bounds.firstIndex { seconds <= $0 }
    counts[bucket ?? LatencyHistogram.bounds.count] += 1
    sum += seconds
  }

  package mutating func record(_ duration: Duration) {
    record(seconds: duration / .seconds(1))
  }
}
