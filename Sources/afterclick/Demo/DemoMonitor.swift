import Attribution
import Pipeline
import Stages

/// Gathers what the parts of the demo see, for whoever shows it.
actor DemoMonitor {
  /// Conversions waiting to be printed, at most.
  private static let printCapacity = 10_000
  /// Events whose conversions are awaited, at most.
  private static let awaitedCapacity = 20_000

  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  /// What happened later is live.
  private var liveTime = EventTime.latestSimulated
  private let printsConversions: Bool
  private var state: DemoSnapshot
  private var ledger = CreditLedger()
  private var recent = RecentConversions()
  private var latency = LatencyWindow()
  private var eventRate = RateMeter(over: .seconds(5))
  private var conversionRate = RateMeter(over: .seconds(60))
  private var unprinted: [DemoConversion] = []
  private var awaited: [String: ContinuousClock.Instant] = [:]
  private var awaitedOrder: [String] = []
  /// Whether the demo goes on; once it does not, it never does again.
  private(set) var isRunning = true
  /// When conversions were last read.
  private var lastRead: ContinuousClock.Instant

  init(facts: DemoSnapshot.Facts, printsConversions: Bool) {
    state = DemoSnapshot(facts: facts)
    start = clock.now
    lastRead = start
    self.printsConversions = printsConversions
  }

  func enter(_ phase: DemoSnapshot.Phase) {
    guard state.phase != .ending else { return }
    if phase == .live, state.phase != .live {
      liveTime = WallClock.now
      // What the past did to the rates says nothing about the present.
      eventRate = RateMeter(over: .seconds(5), since: clock.now - start)
      conversionRate = RateMeter(over: .seconds(60), since: clock.now - start)
    }
    state.phase = phase
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
      if printsConversions, unprinted.count < DemoMonitor.printCapacity {
        unprinted.append(conversion)
      }
    }
  }

  func update(lag: Int) {
    state.lag = lag
  }

  func update(_ counters: DemoSnapshot.Counters, warning: String?) {
    state.counters = counters
    state.warning = warning
  }

  /// Live conversions since the last call, in order.
  func takeUnprinted() -> [DemoConversion] {
    defer { unprinted = [] }
    return unprinted
  }

  func snapshot() -> DemoSnapshot {
    let elapsed = clock.now - start
    recent.advance(to: elapsed)
    var snapshot = state
    snapshot.elapsed = elapsed
    snapshot.now = WallClock.now
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
