import Attribution
import Simulation
import Stages
import Testing

/// In the end everything is as if everybody had had one id from the beginning, whatever order it was
/// learned in, and whatever crashes on the way.
@Suite struct IdentityLawTests {
  /// Any order of arrival: by several ways at once, so that what belongs together comes apart.
  private func check(
    seed: UInt64, _ settings: LinkedHistory.Settings, orders: Int, partitions: Int
  ) throws {
    var generator = SeededGenerator(seed: seed)
    let story = try LinkedStory(seed: seed, settings, &generator)
    for order in 0..<orders {
      var daemon = try story.daemon(partitions: partitions, &generator)
      try daemon.run()
      #expect(daemon.log.deadLetters.isEmpty)
      let differences = story.differences(daemon)
      #expect(differences.isEmpty, "seed \(seed), order \(order)\n\(differences)")
    }
  }

  @Test(arguments: 0..<100 as Range<UInt64>)
  func `devices of one person each`(seed: UInt64) throws {
    var settings = LinkedHistory.Settings()
    settings.loyalty = 1
    try check(seed: seed, settings, orders: 2, partitions: 1 + Int(seed % 3))
  }

  @Test(arguments: 1_000..<1_100 as Range<UInt64>)
  func `devices that are shared`(seed: UInt64) throws {
    var settings = LinkedHistory.Settings()
    settings.history.people = 3
    settings.history.events = 30
    settings.loyalty = 0.5
    settings.logins = 4
    try check(seed: seed, settings, orders: 2, partitions: 1 + Int(seed % 3))
  }

  @Test(arguments: 2_000..<2_100 as Range<UInt64>)
  func `having been merged is having been one all along`(seed: UInt64) throws {
    var settings = LinkedHistory.Settings()
    settings.history.people = 4
    settings.history.events = 30
    settings.loyalty = 0.7
    settings.aliases = 4
    try check(seed: seed, settings, orders: 2, partitions: 1 + Int(seed % 4))
  }

  @Test(arguments: 3_000..<3_100 as Range<UInt64>)
  func `having been erased is never having been`(seed: UInt64) throws {
    var settings = LinkedHistory.Settings()
    settings.history.people = 4
    settings.history.events = 30
    // What was erased as one person's cannot turn out to have been another's.
    settings.loyalty = 1
    settings.logins = 0
    settings.aliases = 3
    settings.hasSteadyAliases = true
    settings.hasAnonymousAliases = false
    settings.erasures = 2
    try check(seed: seed, settings, orders: 2, partitions: 1 + Int(seed % 4))
  }

  @Test func `a crash after any step changes nothing in the end`() throws {
    for (seed, source) in zip(0..., FaultPlan.RestoreSource.allCases) {
      var settings = LinkedHistory.Settings()
      settings.history.people = 3
      settings.loyalty = 0.7
      settings.aliases = 1
      var generator = SeededGenerator(seed: UInt64(seed))
      let story = try LinkedStory(seed: UInt64(seed), settings, &generator)
      var calm = try story.daemon(partitions: 2, &generator)
      let inputs = calm.inputs
      try calm.run()
      #expect(story.differences(calm) == "")
      #expect(calm.machines.contains { $0.counters.eventsMoved > 0 })
      for step in 0..<calm.steps {
        var stormy = try story.daemon(
          partitions: 2, inputs: inputs, faults: FaultPlan([step: .crash(source)]))
        try stormy.run()
        let differences = story.differences(stormy)
        try #require(differences == "", "crash after step \(step), \(source)")
      }
    }
  }

  @Test(arguments: 5_000..<5_060 as Range<UInt64>)
  func `any number of crashes, releases and compactions changes nothing in the end`(
    seed: UInt64
  ) throws {
    var settings = LinkedHistory.Settings()
    settings.history.people = 4
    settings.history.events = 40
    settings.loyalty = seed % 2 == 0 ? 0.6 : 1
    settings.logins = seed % 2 == 0 ? 3 : 0
    settings.aliases = 2
    settings.hasSteadyAliases = seed % 2 == 1
    settings.hasAnonymousAliases = seed % 2 == 0
    settings.erasures = seed % 2 == 0 ? 0 : 2
    var generator = SeededGenerator(seed: seed)
    let story = try LinkedStory(seed: seed, settings, &generator)
    let plan = FaultPlan.random(spacing: 2 + generator.below(20), steps: 3_000, &generator)
    var daemon = try story.daemon(partitions: 3, faults: plan, &generator)
    try daemon.run()
    let differences = story.differences(daemon)
    #expect(differences.isEmpty, "seed \(seed)\n\(differences)")
  }

  @Test(arguments: 6_000..<6_020 as Range<UInt64>)
  func `in the end nothing is held`(seed: UInt64) throws {
    var settings = LinkedHistory.Settings()
    settings.aliases = 1
    settings.erasures = 1
    var generator = SeededGenerator(seed: seed)
    var story = try LinkedStory(seed: seed, settings, &generator)
    story.pair.rules.identity.linkRetention = .days(20)
    story.end = TangledHistory.start + .days(90)
    let plan = FaultPlan.random(spacing: 20, steps: 400, &generator)
    var daemon = try story.daemon(partitions: 2, ways: 1, faults: plan, &generator)
    try daemon.run()
    for var machine in daemon.machines {
      // What moved after the last tick was given the time that it then was.
      try machine.tick(TangledHistory.start + .days(180))
      machine.expire(limit: 10_000)
      #expect(machine.journeyCount == 0, "seed \(seed)")
      #expect(machine.profileCount == 0, "seed \(seed)")
    }
  }
}
