/// How long things took lately.
struct LatencyWindow {
  /// Two quantiles.
  struct Quantiles: Hashable, Sendable {
    var p50: Duration
    var p99: Duration
  }

  /// Samples kept.
  static let capacity = 2_000

  private var samples: [Duration] = []
  private var oldest = 0

  mutating func add(_ sample: Duration) {
    if samples.count < LatencyWindow.capacity {
      samples.append(sample)
    } else {
      samples[oldest] = sample
      oldest = (oldest + 1) % LatencyWindow.capacity
    }
  }

  /// `nil` before the first sample.
  var quantiles: Quantiles? {
    guard !samples.isEmpty else { return nil }
    let sorted = samples.sorted()
    func quantile(_ share: Double) -> Duration {
      sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }
    return Quantiles(p50: quantile(0.5), p99: quantile(0.99))
  }
}
