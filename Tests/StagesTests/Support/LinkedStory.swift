import Attribution
import Simulation
import Stages

/// A linked history with the rules to follow it by, and what has to come of it.
struct LinkedStory {
  var pair: RulePair
  /// When time ends, if the story says so.
  var end: EventTime?
  let expectation: ExpectedOutcome
  private let events: TangledHistory
  private let seed: UInt64
  private static let late = TimeSpan.days(1)

  init(
    seed: UInt64, _ settings: LinkedHistory.Settings, _ generator: inout SeededGenerator
  ) throws {
    self.seed = seed
    pair = try RulePair.random(
      lateAccept: LinkedStory.late, shortestLookback: 4, &generator)
    pair.rules.identity.stitches = true
    pair.rules.consent.erases = try EventRule(
      .field(FieldIndex(.event), [.equals([.text("Erase Me")])]))
    let history = LinkedHistory(settings, &generator).events
    expectation = ReferenceAttribution(pair.audit).expectation(
      of: history.merged.arrival(lateAccept: LinkedStory.late, &generator))
    precondition(expectation.unreadable == 0, "a story can be read")
    events = history.linked
  }

  /// The story as it comes in by so many ways, in some order.
  func daemon(
    partitions: Int, ways: Int = 3, faults: FaultPlan = FaultPlan(),
    watching plan: ((RuleSet) -> InsightsPlan)? = nil, _ generator: inout SeededGenerator
  ) throws -> SimulatedDaemon {
    var inputs = [[TrafficRecord]](repeating: [], count: ways)
    for record in events.arrival(lateAccept: LinkedStory.late, &generator) {
      inputs[generator.below(inputs.count)].append(record)
    }
    return try daemon(partitions: partitions, inputs: inputs, faults: faults, watching: plan)
  }

  func daemon(
    partitions: Int, inputs: [[TrafficRecord]], faults: FaultPlan,
    watching plan: ((RuleSet) -> InsightsPlan)? = nil
  ) throws -> SimulatedDaemon {
    var settings = SimulatedDaemon.Settings(rules: pair.rules)
    settings.partitions = partitions
    settings.insights = plan?(pair.rules)
    if let end { settings.ticks[inputs[0].count - 1] = end }
    return try SimulatedDaemon(settings, inputs: inputs, faults: faults, seed: seed)
  }

  /// Differences from what a batch job says of people who have one id each; empty if there are none.
  func differences(_ daemon: SimulatedDaemon) -> String {
    var standing: [[UInt8]] = []
    var erased: Set<[UInt8]> = []
    for record in daemon.log.committedConversions.reversed() {
      guard let key = record.key, !erased.contains(key) else { continue }
      if let value = record.value { standing.append(value) } else { erased.insert(key) }
    }
    let report = Auditor(allowsCrossing: true).report(of: standing.reversed(), against: expectation)
    return report.differences.joined(separator: "\n")
  }
}
