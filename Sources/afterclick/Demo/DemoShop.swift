import Attribution
import Kafka
import Pipeline
import Simulation

/// The simulated shop: first its past, as fast as the daemon reads it, then as time goes by.
struct DemoShop {
  let publisher: TrafficPublisher
  let monitor: DemoMonitor
  let supervisor: Supervisor
  let eventsPerSecond: Double
  let seed: UInt64

  /// How far back the past goes.
  static let historyDays = 14
  /// Events in the past, before the shop opens at its full rate.
  private static let historyEvents = 120_000.0
  /// How long people take from coming to ordering, at most.
  private static let longestVisit = TimeSpan.minutes(5)
  /// Events at the full rate before the present, at most: where the rate is high, the first minutes
  /// see fewer orders.
  private static let leadEvents = 60_000.0
  /// Events that the daemon may be behind while it reads the past. The embedded broker would soon
  /// drop what nobody has read; and the past should come in its order.
  private static let leeway = 6_000
  private static let batch = 500
  private static let burst: Duration = .milliseconds(5)
  /// When no conversion has come for so long, there are no more of the past.
  private static let quiet: Duration = .milliseconds(200)
  /// How long the past waits for a daemon that does not get on.
  private static let patience: Duration = .seconds(20)

  /// Goes on until the demo ends.
  func run() async throws {
    let now = WallClock.now
    let lead = min(
      DemoShop.longestVisit,
      TimeSpan(milliseconds: Int64(DemoShop.leadEvents / eventsPerSecond * 1_000)))
    let opening = now - lead
    var feed = TrafficFeed(
      ShopTraffic(settings(until: opening), generator: SeededGenerator(seed: seed)))
    feed.plant(DemoShop.incident(after: now))
    let total = DemoShop.historyEvents + Double(lead.milliseconds) / 1_000 * eventsPerSecond
    var sent = 0
    try await catchUp(&feed, until: { opening }, sent: &sent, of: total)
    feed.change(eventsPerSecond: eventsPerSecond, from: opening)
    try await catchUp(&feed, until: { WallClock.now }, sent: &sent, of: total)
    // What the daemon still has before it would be taken for its latency.
    _ = try await awaitReader(of: sent, leeway: 0)
    try await awaitQuiet()
    try await catchUp(&feed, until: { WallClock.now }, sent: &sent, of: total)
    _ = try await awaitReader(of: sent, leeway: 0)
    await monitor.enter(.live)
    while await monitor.isRunning {
      let records = feed.take(upTo: WallClock.now, atMost: 10_000)
      if !records.isEmpty { try await send(records, timed: true) }
      try await Task.sleep(for: DemoShop.burst)
    }
    try await publisher.finish()
  }

  /// Enough people that one comes back every few minutes, not every few seconds.
  private func settings(until opening: EventTime) -> ShopTrafficSettings {
    var settings = ShopTrafficSettings()
    settings.people = min(200_000, max(2_000, Int(eventsPerSecond * 60)))
    settings.start = opening - .days(Int64(DemoShop.historyDays))
    settings.eventsPerSecond = DemoShop.historyEvents / Double(DemoShop.historyDays * 86_400)
    settings.currency = "EUR"
    settings.shareLate = 0.02
    settings.shareDuplicated = 0.01
    settings.shareGarbage = 0.002
    return settings
  }

  /// Three minutes into the demo the checkout breaks on iOS, for five minutes.
  private static func incident(after now: EventTime) -> PlantedIncident {
    PlantedIncident(
      from: now + .minutes(3), to: now + .minutes(8), device: .iOS, step: .order, factor: 0.15)
  }

  /// Sends everything up to a moment that may move on meanwhile.
  private func catchUp(
    _ feed: inout TrafficFeed, until end: () -> EventTime, sent: inout Int, of total: Double
  ) async throws {
    while await monitor.isRunning {
      let records = feed.take(upTo: end(), atMost: DemoShop.batch)
      guard !records.isEmpty else { return }
      try await send(records, timed: false)
      sent += records.count
      let read = try await awaitReader(of: sent, leeway: DemoShop.leeway)
      if read > 0 { await monitor.enter(.history(min(1, Double(read) / total))) }
    }
  }

  /// Returns how many records the daemon has read, once it is near enough.
  private func awaitReader(of sent: Int, leeway: Int) async throws -> Int {
    let deadline = ContinuousClock.now + DemoShop.patience
    while true {
      let read = DemoSnapshot.Counters(await supervisor.totals()).records
      let isNear = sent - read <= leeway || ContinuousClock.now > deadline
      if isNear { return read }
      guard await monitor.isRunning else { return read }
      try await Task.sleep(for: DemoShop.burst)
    }
  }

  /// Waits until the past has made its last conversions.
  private func awaitQuiet() async throws {
    let deadline = ContinuousClock.now + DemoShop.patience
    while await monitor.quiet < DemoShop.quiet, ContinuousClock.now < deadline,
      await monitor.isRunning
    {
      try await Task.sleep(for: DemoShop.burst)
    }
  }

  private func send(_ records: [TrafficRecord], timed: Bool) async throws {
    let conversions = timed ? records.compactMap(\.conversionEventID) : []
    await monitor.sending(records.count, conversions: conversions)
    try await publisher.send(records)
  }
}

extension TrafficRecord {
  /// The id of the event if it is a conversion in the demo's configuration.
  var conversionEventID: String? {
    guard let value else { return nil }
    for event in ["Order Completed", "Signed Up"] {
      let prefix = Array("{\"type\":\"track\",\"event\":\"\(event)\",\"messageId\":\"".utf8)
      guard value.starts(with: prefix), value.count >= prefix.count + 36 else { continue }
      return String(decoding: value[prefix.count..<prefix.count + 36], as: UTF8.self)
    }
    return nil
  }
}
