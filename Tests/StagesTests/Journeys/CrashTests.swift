import Attribution
import Simulation
import Stages
import Testing

/// Whatever crashes and whatever is restored, the committed output is the one of a run in which
/// nothing ever went wrong, record for record.
@Suite struct CrashTests {
  private struct Workload {
    var pair: RulePair
    var settings: SimulatedDaemon.Settings
    var records: [TrafficRecord]

    /// A history with everything, that forgets much of itself on the way, and time without events.
    init(
      seed: UInt64, events: Int, span: Int64, partitions: Int = 1, hasSessionIDs: Bool = true
    ) throws {
      var generator = SeededGenerator(seed: seed)
      let late = RulePair.units([0, 1, 3, 6][Int(seed % 4)])
      pair = try RulePair.random(lateAccept: late, shortestLookback: 4, &generator)
      var history = TangledHistory.Settings()
      history.people = 8
      history.events = events
      history.span = span
      history.hasSessionIDs = hasSessionIDs
      records = TangledHistory(history, &generator).arrival(lateAccept: late, &generator)
      settings = SimulatedDaemon.Settings(rules: pair.rules)
      settings.partitions = partitions
      // Time that no event has moved, but never so that the events after it would be late.
      for offset in records.indices where generator.chance(0.05) {
        settings.ticks[offset] = records[offset].at
      }
      settings.ticks[records.count - 1] = TangledHistory.start + .days(30)
    }

    func run(_ faults: FaultPlan = FaultPlan(), seed: UInt64) throws -> SimulatedDaemon {
      var daemon = try SimulatedDaemon(settings, inputs: [records], faults: faults, seed: seed)
      try daemon.run()
      return daemon
    }

    /// Differences from what a batch job says, as one text; empty if there are none.
    func audit(_ daemon: SimulatedDaemon) -> String {
      let expectation = ReferenceAttribution(pair.audit).expectation(of: records)
      let observed = daemon.log.conversions.joined().compactMap(\.value)
      return Auditor().report(of: observed, against: expectation).differences
        .joined(separator: "\n")
    }
  }

  /// A record's value but for when it was emitted.
  private static func textWithoutEmission(_ record: MemoryRecord) -> String {
    let text = String(decoding: record.value ?? [], as: UTF8.self)
    return text.replacing(#/"emitted_at":"[^"]*"/#, with: "")
  }

  /// The first record in which two outputs differ.
  private func difference(_ left: MemoryLog, _ right: MemoryLog) -> String? {
    // The journeys logs may differ: a restarted Intake no longer knows which sessions it has
    // forwarded, and forwards some of their later events again. Journeys makes nothing of them, but
    // they are signs of time: what is said may be said at another stream time.
    guard left.deadLetters == right.deadLetters else { return "the dead letters differ" }
    for (partition, pair) in zip(left.conversions, right.conversions).enumerated() {
      for (index, records) in zip(pair.0, pair.1).enumerated() where records.0 != records.1 {
        let texts = [records.0, records.1].map(CrashTests.textWithoutEmission)
        guard texts[0] != texts[1] || records.0.key != records.1.key else { continue }
        return "record \(index) of partition \(partition):\n\(texts[0])\n\(texts[1])"
      }
      if pair.0.count != pair.1.count {
        return "partition \(partition) has \(pair.1.count) records instead of \(pair.0.count)"
      }
    }
    return nil
  }

  @Test(arguments: 0..<2 as Range<UInt64>, FaultPlan.RestoreSource.allCases)
  func `a crash after any step changes nothing`(
    seed: UInt64, source: FaultPlan.RestoreSource
  ) throws {
    let workload = try Workload(seed: seed, events: 120, span: 200)
    let calm = try workload.run(seed: seed)
    #expect(workload.audit(calm) == "", "seed \(seed)")
    #expect(calm.log.conversions[0].count > 12, "seed \(seed)")
    for step in 0..<calm.steps {
      let stormy = try workload.run(FaultPlan([step: .crash(source)]), seed: seed)
      let difference = difference(calm.log, stormy.log)
      try #require(difference == nil, "seed \(seed), crash after step \(step), \(source)")
    }
  }

  /// At a limit something is given up, and so it matters that no event is applied again.
  ///
  /// Without session ids: a restarted Intake forwards events again that a full journey would not take
  /// for what they were.
  @Test(arguments: 300..<360 as Range<UInt64>)
  func `crashes change nothing where journeys are full`(seed: UInt64) throws {
    var workload = try Workload(seed: seed, events: 150, span: 60, hasSessionIDs: false)
    workload.settings.rules.limits.touchpointsPerJourney = 3
    workload.settings.rules.limits.conversionsPerJourney = 2
    workload.settings.rules.limits.sessionsPerJourney = 2
    let calm = try workload.run(seed: seed)
    var generator = SeededGenerator(seed: seed)
    let plan = FaultPlan.random(spacing: 12, steps: calm.steps * 3, &generator)
    let stormy = try workload.run(plan, seed: seed)
    #expect(difference(calm.log, stormy.log) == nil, "seed \(seed)")
  }

  @Test(arguments: 100..<160 as Range<UInt64>)
  func `any number of crashes, releases and compactions changes nothing`(seed: UInt64) throws {
    let workload = try Workload(seed: seed, events: 150, span: 250)
    let calm = try workload.run(seed: seed)
    var generator = SeededGenerator(seed: seed)
    let spacing = 2 + generator.below(40)
    let plan = FaultPlan.random(spacing: spacing, steps: calm.steps * 3, &generator)
    let stormy = try workload.run(plan, seed: seed)
    #expect(difference(calm.log, stormy.log) == nil, "seed \(seed)")
  }

  @Test(arguments: 500..<540 as Range<UInt64>)
  func `several inputs and partitions end as a batch job would`(seed: UInt64) throws {
    let workload = try Workload(seed: seed, events: 150, span: 24, partitions: 3)
    var settings = workload.settings
    settings.rules.time.lateAccept = .days(1)
    settings.ticks = [:]
    var generator = SeededGenerator(seed: seed)
    var inputs: [[TrafficRecord]] = [[], [], []]
    for record in workload.records { inputs[generator.below(3)].append(record) }
    let plan = FaultPlan.random(spacing: 15, steps: 2_000, &generator)
    var daemon = try SimulatedDaemon(settings, inputs: inputs, faults: plan, seed: seed)
    try daemon.run()
    #expect(workload.audit(daemon) == "", "seed \(seed)")
  }

  @Test(arguments: 700..<720 as Range<UInt64>)
  func `in the end nothing is held`(seed: UInt64) throws {
    let workload = try Workload(seed: seed, events: 150, span: 250, partitions: 2)
    var generator = SeededGenerator(seed: seed)
    let plan = FaultPlan.random(spacing: 30, steps: 400, &generator)
    for faults in [FaultPlan(), plan] {
      let daemon = try workload.run(faults, seed: seed)
      for var machine in daemon.machines {
        machine.expire(limit: 10_000)
        #expect(machine.journeyCount == 0, "seed \(seed)")
        #expect(machine.profileCount == 0, "seed \(seed)")
      }
    }
  }
}
