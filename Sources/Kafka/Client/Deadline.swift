extension Duration {
  /// Whole milliseconds for a C call, rounded up so that a short wait never becomes a busy loop.
  var milliseconds: Int32 {
    guard self > .zero else { return 0 }
    let (seconds, attoseconds) = components
    let milliseconds = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    let total = seconds.multipliedReportingOverflow(by: 1_000)
    guard !total.overflow, total.partialValue < Int64(Int32.max) - 1_000 else {
      return Int32.max
    }
    return Int32(total.partialValue + milliseconds)
  }
}

/// The moment at which a call that retries gives up.
struct Deadline {
  private let instant: ContinuousClock.Instant

  init(after duration: Duration) { instant = .now.advanced(by: duration) }

  /// Never negative.
  var remaining: Duration { max(.zero, ContinuousClock.now.duration(to: instant)) }

  var hasPassed: Bool { ContinuousClock.now >= instant }
}
