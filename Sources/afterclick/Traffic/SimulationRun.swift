import Attribution
import Simulation

/// Sends traffic to its destination until its end or until it is cancelled.
struct SimulationRun {
  /// What has been sent.
  struct Totals: Sendable {
    var events = 0
    var bytes = 0
    var elapsed: Duration = .zero
    /// How far simulated time has come.
    var reached: EventTime

    var perSecond: Double { elapsed > .zero ? Double(events) / elapsed.inSeconds : 0 }
  }

  let settings: ShopTrafficSettings
  let seed: UInt64
  /// Whether simulated time passes as fast as the clock's; otherwise as fast as possible.
  let isPaced: Bool
  /// `nil` goes on until cancelled.
  let maximumEvents: Int?
  let duration: TimeSpan?
  let destination: any TrafficDestination

  /// Between two looks at the clock: how far events come too late at most.
  private static let burst: Duration = .milliseconds(5)
  /// Records handed over at once.
  private static let batch = 1_000

  /// Sends and waits for arrival; `report` is called often.
  func run(_ report: (Totals) -> Void) async throws -> Totals {
    let clock = ContinuousClock()
    let begin = clock.now
    var feed = TrafficFeed(ShopTraffic(settings, generator: SeededGenerator(seed: seed)))
    var totals = Totals(reached: settings.start)
    let end = duration.map { settings.start + $0 }
    while !Task.isCancelled, totals.events < maximumEvents ?? .max {
      totals.elapsed = clock.now - begin
      let due = isPaced ? settings.start + TimeSpan(totals.elapsed) : .latestSimulated
      let limit = min(SimulationRun.batch, (maximumEvents ?? .max) - totals.events)
      let records = feed.take(upTo: min(due, end ?? due), atMost: limit)
      try await destination.send(records)
      totals.events += records.count
      for record in records { totals.bytes += record.value?.count ?? 0 }
      totals.reached = isPaced ? due : records.last?.at ?? end ?? due
      report(totals)
      guard records.count < limit else { continue }
      if let end, due >= end { break }
      do {
        try await Task.sleep(for: SimulationRun.burst)
      } catch {
        break
      }
    }
    try await destination.finish()
    totals.elapsed = clock.now - begin
    return totals
  }
}

extension TimeSpan {
  /// Cut to whole milliseconds.
  init(_ duration: Duration) {
    self.init(milliseconds: Int64(duration.inSeconds * 1_000))
  }
}

extension EventTime {
  /// Later than any simulation gets.
  static let latestSimulated = EventTime(milliseconds: .max / 4)
}
