import Attribution
import Pipeline
import Stages

/// Gathers what the parts of the demo see, for whoever shows it.
actor DemoMonitor {
  /// Alerts that are shown, at most.
  private static let alertCapacity = 20
  /// News waiting to be printed, at most.
  private static let printCapacity = 10_000
  /// Events whose conversions are awaited, at most.
  private static let awaitedCapacity = 20_000

  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  /// What happened later is live.
  private var liveTime = EventTime.latestSimulated
  /// Where the shop's past ends.
  private let present: EventTime
  /// Runs from when the shop is live.
  private var shopClock: ShopClock?
  private let printsNews: Bool
  private var state: DemoSnapshot
  private var ledger = CreditLedger()
  private var recent = RecentConversions()
  private var latency = LatencyWindow()
  private var eventRate = RateMeter(over: .seconds(5))
  private var conversionRate = RateMeter(over: .seconds(60))
  private var unprinted: [DemoNews] = []
  private var awaited: [String: ContinuousClock.Instant] = [:]
  private var awaitedOrder: [String] = []
  /// Whether the demo goes on; once it does not, it never does again.
  private(set) var isRunning = true
  /// When conversions were last read.
  private var lastRead: ContinuousClock.Instant

  init(facts: DemoSnapshot.Facts, present: EventTime, printsNews: Bool) {
    state = DemoSnapshot(facts: facts)
    start = clock.now
    lastRead = start
    self.present = present
    self.printsNews = printsNews
  }

  func enter(_ phase: DemoSnapshot.Phase) {
    guard state.phase != .ending else { return }
    state.phase = phase
  }

  /// The past is read: from now on the shop goes by its clock.
  func enterLive(_ shopClock: ShopClock) {
    self.shopClock = shopClock
    liveTime = present
    // What the past did to the rates says nothing about the present.
    eventRate = RateMeter(over: .seconds(5), since: clock.now - start)
    conversionRate = RateMeter(over: .seconds(60), since: clock.now - start)
    enter(.live)
  }

  /// The shop will have a fault.
  func plant(_ incident: DemoIncident) {
    state.incident = incident
    add(.planted(incident))
  }

  /// The shop's fault, if it has one.
  var incident: DemoIncident? { state.incident }

  /// These were read from the alerts topic.
  func read(_ alerts: [DemoAlert]) {
    for alert in alerts {
      add(.alert(alert))
      state.alerts.removeAll { $0.id == alert.id }
      state.alerts.append(alert)
      noticeIncident(alert)
    }
    state.alerts.sort {
      ($0.isFiring ? 0 : 1, $1.detectedAt) < ($1.isFiring ? 0 : 1, $0.detectedAt)
    }
    state.alerts.removeLast(max(0, state.alerts.count - DemoMonitor.alertCapacity))
  }

  private func noticeIncident(_ alert: DemoAlert) {
    guard let incident = state.incident, incident.repairedAt == nil, alert.isFiring,
      alert.kind != "data_quality", alert.detectedAt > incident.plantedAt
    else { return }
    repair(at: (shopClock?.now ?? alert.detectedAt) + DemoIncident.repairTime)
  }

  /// The shop's fault ends at `time`.
  func repair(at time: EventTime) {
    state.incident?.repairedAt = time
    add(.repaired(time))
  }

  private func add(_ news: DemoNews) {
    if printsNews, unprinted.count < DemoMonitor.printCapacity { unprinted.append(news) }
  }

  /// Asks everybody to come to an end.
  func end() {
    isRunning = false
    state.phase = .ending
  }

  /// The shop is about to send `count` events, of which `conversions` are the ids of those whose
  /// conversions are timed.
  func sending(_ count: Int, conversions: [String]) {
    let now = clock.now
    state.events += count
    eventRate.add(count, at: now - start)
    for id in conversions where awaited[id] == nil {
      awaited[id] = now
      awaitedOrder.append(id)
    }
    guard awaitedOrder.count > DemoMonitor.awaitedCapacity else { return }
    let forgotten = awaitedOrder.prefix(DemoMonitor.awaitedCapacity / 2)
    for id in forgotten { awaited[id] = nil }
    awaitedOrder.removeFirst(forgotten.count)
  }

  /// How long no conversion has been read.
  var quiet: Duration { clock.now - lastRead }

  /// These were read from the conversions topic, at `instant`.
  func read(_ conversions: [DemoConversion], at instant: ContinuousClock.Instant) {
    let elapsed = instant - start
    if !conversions.isEmpty { lastRead = instant }
    for conversion in conversions {
      ledger.book(conversion)
      if let sent = awaited.removeValue(forKey: conversion.eventID), conversion.revision == 1 {
        latency.add(instant - sent)
      }
      guard conversion.revision == 1 else { continue }
      state.conversions += 1
      recent.offer(conversion)
      guard conversion.occurredAt >= liveTime else { continue }
      conversionRate.add(1, at: elapsed)
      state.liveConversions += 1
      add(.conversion(conversion))
    }
  }

  func update(lag: Int) {
    state.lag = lag
  }

  func update(_ counters: DemoSnapshot.Counters, warning: String?) {
    state.counters = counters
    state.warning = warning
  }

  /// Live conversions and whatever else is new since the last call, in order.
  func takeUnprinted() -> [DemoNews] {
    defer { unprinted = [] }
    return unprinted
  }

  func snapshot() -> DemoSnapshot {
    let elapsed = clock.now - start
    recent.advance(to: elapsed)
    var snapshot = state
    snapshot.elapsed = elapsed
    snapshot.now = shopClock?.now ?? present
    snapshot.eventsPerSecond = eventRate.perSecond(at: elapsed)
    snapshot.conversionsPerMinute = conversionRate.perSecond(at: elapsed) * 60
    snapshot.latency = latency.quantiles
    snapshot.recent = recent.shown
    snapshot.isSelection = recent.isSelection
    snapshot.rows = ledger.rows
    snapshot.totals = ledger.totals
    snapshot.revenue = ledger.revenue
    snapshot.revisions = ledger.revisions
    snapshot.repeats = ledger.repeats
    return snapshot
  }
}
