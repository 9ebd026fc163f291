/// How often something happened lately. Times are durations since a start of the caller's choice.
struct RateMeter {
  private let span: Duration
  private let slot: Duration
  private var slots: [(end: Duration, count: Int)] = []
  private let begin: Duration

  /// Looks back over `span`, or to `begin` where that is less long ago.
  init(over span: Duration, since begin: Duration = .zero) {
    self.span = span
    self.begin = begin
    slot = span / 20
  }

  mutating func add(_ count: Int, at time: Duration) {
    if let last = slots.last, time < last.end {
      slots[slots.count - 1].count += count
    } else {
      slots.removeAll { $0.end <= time - span }
      slots.append((time + slot, count))
    }
  }

  func perSecond(at time: Duration) -> Double {
    let count = slots.reduce(0) { $1.end > time - span ? $0 + $1.count : $0 }
    let length = min(span, time - begin)
    return length > .zero ? Double(count) / length.inSeconds : 0
  }
}
