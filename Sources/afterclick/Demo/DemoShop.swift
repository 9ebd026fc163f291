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
  /// How much faster the shop's time passes than the clock's.
  let speed: Double
  /// Where the past ends.
  let present: EventTime
  /// How long after that the checkout breaks; `nil` for never.
  let incidentAfter: Duration?
  let seed: UInt64

  /// How far back the past goes: long enough to know conversion rates, and short enough that nobody
  /// is alarmed because more people come than in the past (which takes two weeks to be judged).
  static let historyDays = 13
  /// Events in the past, before the shop opens at its full rate.
  private static let historyEvents = 120_000.0
  /// How long people take from coming to ordering, at most.
  private static let longestVisit = TimeSpan.minutes(5)
  /// Events at the full rate before the present, at most: where the rate is high, the first minutes
  /// see fewer orders.
  private static let leadEvents = 60_000.0
  /// Events that the daemon may be behind while it reads the past. The embedded broker would soon
  /// drop what nobody has read; and the past should come in its order.
  private static let leeway = 3_000
  private static let batch = 500
  private static let burst: Duration = .milliseconds(5)
  /// When no conversion has come for so long, there are no more of the past.
  private static let quiet: Duration = .milliseconds(200)
  /// How long the past waits for a daemon that does not get on.
  private static let patience: Duration = .seconds(20)

  /// Events per second of the shop's time.
  private var rate: Double { eventsPerSecond / speed }

  /// Goes on until the demo ends.
  func run() async throws {
    let lead = min(
      DemoShop.longestVisit,
      TimeSpan(milliseconds: Int64(DemoShop.leadEvents / rate * 1_000)))
    let opening = present - lead
    var feed = TrafficFeed(
      ShopTraffic(settings(until: opening), generator: SeededGenerator(seed: seed)))
    let total = DemoShop.historyEvents + Double(lead.milliseconds) / 1_000 * rate
    var sent = 0
    try await catchUp(&feed, until: opening, sent: &sent, of: total)
    feed.change(eventsPerSecond: rate, from: opening)
    try await catchUp(&feed, until: present, sent: &sent, of: total)
    // What the daemon still has before it would be taken for its latency.
    _ = try await awaitReader(of: sent, leeway: 0)
    try await awaitQuiet()
    try await live(&feed)
    try await publisher.finish()
  }

  private func live(_ feed: inout TrafficFeed) async throws {
    let clock = ShopClock(origin: present, start: .now, speed: speed)
    await monitor.enterLive(clock)
    if let incidentAfter {
      let incident = DemoIncident(plantedAt: present + TimeSpan(incidentAfter * speed))
      feed.plant(
        PlantedIncident(
          from: incident.plantedAt, to: incident.plantedAt + DemoIncident.longest, device: .iOS,
          step: .order, factor: DemoIncident.factor))
      await monitor.plant(incident)
    }
    var isRepaired = incidentAfter == nil
    while await monitor.isRunning {
      let now = clock.now
      let records = feed.take(upTo: now, atMost: 10_000)
      if !records.isEmpty { try await send(records, timed: true) }
      if !isRepaired { isRepaired = await repair(&feed, at: now) }
      try await Task.sleep(for: DemoShop.burst)
    }
  }

  /// Repairs what was planted when it is time. Returns whether it is.
  private func repair(_ feed: inout TrafficFeed, at now: EventTime) async -> Bool {
    guard let incident = await monitor.incident else { return true }
    if incident.repairedAt == nil, now >= incident.plantedAt + DemoIncident.longest {
      await monitor.repair(at: now)
      return true
    }
    guard let time = incident.repairedAt, now >= time else { return false }
    feed.repair(at: time)
    return true
  }

  /// So many people that hardly anybody comes back while the funnel still waits for them: they
  /// would go on where they had stopped, and it would not be like the past.
  private func settings(until opening: EventTime) -> ShopTrafficSettings {
    var settings = ShopTrafficSettings()
    settings.people = min(500_000, max(2_000, Int(rate * 1_000)))
    settings.start = opening - .days(Int64(DemoShop.historyDays))
    settings.eventsPerSecond = DemoShop.historyEvents / Double(DemoShop.historyDays * 86_400)
    settings.currency = "EUR"
    settings.namesSystem = true
    settings.shareLate = 0.02
    settings.shareDuplicated = 0.01
    settings.shareGarbage = 0.002
    return settings
  }

  /// Sends everything up to `end`.
  private func catchUp(
    _ feed: inout TrafficFeed, until end: EventTime, sent: inout Int, of total: Double
  ) async throws {
    while await monitor.isRunning {
      let records = feed.take(upTo: end, atMost: DemoShop.batch)
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
