import Attribution
import Simulation
import Stages
import Testing

/// In the end everything is as if everybody had had one id from the beginning, whatever order it was
/// learned in.
@Suite struct IdentityLawTests {
  private func check(
    seed: UInt64, _ settings: LinkedHistory.Settings, orders: Int, partitions: Int
  ) throws {
    var generator = SeededGenerator(seed: seed)
    let late = TimeSpan.days(1)
    var pair = try RulePair.random(lateAccept: late, shortestLookback: 4, &generator)
    pair.rules.identity.stitches = true
    let history = LinkedHistory(settings, &generator).events
    let expectation = ReferenceAttribution(pair.audit).expectation(
      of: history.merged.arrival(lateAccept: late, &generator))
    #expect(expectation.unreadable == 0)
    for order in 0..<orders {
      var inputs: [[TrafficRecord]] = [[], [], []]
      for record in history.linked.arrival(lateAccept: late, &generator) {
        inputs[generator.below(inputs.count)].append(record)
      }
      var simulation = SimulatedDaemon.Settings(rules: pair.rules)
      simulation.partitions = partitions
      var daemon = try SimulatedDaemon(simulation, inputs: inputs, seed: seed)
      try daemon.run()
      #expect(daemon.log.deadLetters.isEmpty)
      let report = Auditor(allowsCrossing: true).report(
        of: daemon.log.committedConversions.compactMap(\.value), against: expectation)
      #expect(
        report.isEmpty,
        """
        seed \(seed), order \(order): \(report.total) differences
        \(report.differences.joined(separator: "\n"))
        """)
    }
  }

  @Test(arguments: 0..<100 as Range<UInt64>)
  func `devices of one person each`(seed: UInt64) throws {
    var settings = LinkedHistory.Settings()
    settings.loyalty = 1
    try check(seed: seed, settings, orders: 3, partitions: 1 + Int(seed % 3))
  }

  @Test(arguments: 1_000..<1_150 as Range<UInt64>)
  func `devices that are shared`(seed: UInt64) throws {
    var settings = LinkedHistory.Settings()
    settings.history.people = 3
    settings.history.events = 30
    settings.loyalty = 0.5
    settings.logins = 4
    try check(seed: seed, settings, orders: 3, partitions: 1 + Int(seed % 3))
  }

  @Test(arguments: 2_000..<2_150 as Range<UInt64>)
  func `people with other names`(seed: UInt64) throws {
    var settings = LinkedHistory.Settings()
    settings.history.people = 4
    settings.history.events = 30
    settings.loyalty = 0.7
    settings.aliases = 4
    try check(seed: seed, settings, orders: 3, partitions: 1 + Int(seed % 4))
  }
}
