/// The conversions on the screen: no more of them than people can follow.
struct RecentConversions {
  /// Between two that appear.
  static let pause: Duration = .milliseconds(400)
  /// Kept on the screen, the newest first.
  static let capacity = 100
  /// Up to so many may wait for their turn; when more come, those with shorter paths are left out.
  static let patience = 5

  private(set) var shown: [DemoConversion] = []
  /// Whether some were left out lately.
  private(set) var isSelection = false
  private var waiting: [DemoConversion] = []
  private var next: Duration = .zero

  mutating func offer(_ conversion: DemoConversion) {
    waiting.append(conversion)
  }

  /// Lets the next one appear if it is time.
  mutating func advance(to time: Duration) {
    guard time >= next, !waiting.isEmpty else { return }
    next = time + RecentConversions.pause
    // The longest path is the most interesting one; of equals, what has waited longest.
    var best = 0
    for index in waiting.indices where waiting[index].rank > waiting[best].rank { best = index }
    shown.insert(waiting.remove(at: best), at: 0)
    if shown.count > RecentConversions.capacity { shown.removeLast() }
    isSelection = waiting.count > RecentConversions.patience
    if isSelection { waiting.removeAll(keepingCapacity: true) }
  }
}

extension DemoConversion {
  /// How much there is to see: channels on the path, with a value before without.
  fileprivate var rank: Int { min(touches.count, 5) * 2 + (cents == nil ? 0 : 1) }
}
