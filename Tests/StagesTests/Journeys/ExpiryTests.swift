import Attribution
import Formats
import Simulation
import Stages
import Testing

/// What is past every window is forgotten, all of it, and never in one storm.
@Suite struct ExpiryTests {
  @Test func `a journey goes when stream time has passed its retention`() throws {
    let rules = try RuleSet.purchases()
    var machine = JourneyMachine(rules: rules)
    try machine.step(.at(start, "a", channel: "Email"), of: "anna")
    try machine.tick(start + rules.retention)
    machine.expire(limit: 100)
    #expect(machine.journeyCount == 1)
    // Reminders come in buckets of time, of which a retention has 256.
    try machine.tick(start + rules.retention + .hours(2))
    machine.expire(limit: 100)
    #expect(machine.journeyCount == 0)
    #expect(machine.profileCount == 0)
    #expect(machine.counters.expiredJourneys == 1)
  }

  @Test func `the memory that journeys take is known, and is given back`() throws {
    let rules = try RuleSet.purchases()
    var machine = JourneyMachine(rules: rules)
    let empty = machine.journeyBytes
    for person in 0..<1_000 {
      for event in 0..<8 {
        let time = start + .minutes(Int64(event))
        try machine.step(.at(time, "e\(person)-\(event)", channel: "Email"), of: "p\(person)")
      }
    }
    let bytes = (machine.journeyBytes - empty) / 1_000
    // Eight touchpoints of 32 bytes, their ids, and what the journey itself needs.
    #expect((256..<1_000).contains(bytes), "\(bytes) bytes for each")
    try machine.tick(start + .days(30))
    machine.expire(limit: 1_000)
    // The table keeps its places for others.
    #expect((machine.journeyBytes - empty) / 1_000 < bytes - 256)
  }

  @Test func `an active journey stays, without what is past`() throws {
    let rules = try RuleSet.purchases()
    var machine = JourneyMachine(rules: rules)
    try machine.step(.at(start, "a", channel: "Email"), of: "anna")
    try machine.step(.at(start + .days(6), "b", channel: "Direct"), of: "anna")
    try machine.tick(start + .days(9))
    machine.expire(limit: 100)
    #expect(machine.journeyCount == 1)
    try machine.step(.at(start + .days(9), "c", channel: "Direct"), of: "anna")
    #expect(machine.profileCount == 1)
  }

  @Test func `a tick never moves time back`() throws {
    var machine = JourneyMachine(rules: try .purchases())
    try machine.tick(start)
    try machine.tick(start + .days(-1))
    #expect(machine.streamTime == start)
  }

  @Test func `one call looks at no more journeys than its limit`() throws {
    let rules = try RuleSet.purchases()
    var machine = JourneyMachine(rules: rules)
    for person in 0..<100 {
      try machine.step(.at(start, "e\(person)", channel: "Email"), of: "p\(person)")
    }
    try machine.tick(start + .days(30))
    for remaining in stride(from: 93, through: 2, by: -7) {
      machine.expire(limit: 7)
      #expect(machine.journeyCount == remaining)
    }
    machine.expire(limit: 7)
    #expect(machine.journeyCount == 0)
  }

  @Test func `a journey that a late event has emptied goes too`() throws {
    let rules = try RuleSet.purchases()
    var machine = JourneyMachine(rules: rules)
    try machine.step(.at(start, "a", channel: "Email"), of: "anna")
    try machine.tick(start + .days(30))
    // Too late to be a touchpoint; it only makes the journey forget the other.
    try machine.step(.at(start, "b", channel: "Email"), of: "anna")
    machine.expire(limit: 100)
    #expect(machine.journeyCount == 0)
  }

  @Test func `a journey that was emptied and lives again goes in its time`() throws {
    let rules = try RuleSet.purchases()
    var machine = JourneyMachine(rules: rules)
    try machine.step(.at(start, "a", channel: "Email"), of: "anna")
    try machine.tick(start + .days(30))
    try machine.step(.at(start, "b", channel: "Email"), of: "anna")
    try machine.step(.at(start + .days(30), "c", channel: "Email"), of: "anna")
    machine.expire(limit: 100)
    #expect(machine.journeyCount == 1)
    try machine.tick(start + .days(60))
    machine.expire(limit: 100)
    #expect(machine.journeyCount == 0)
  }

  @Test func `an emptied journey is not restored`() throws {
    let rules = try RuleSet.purchases()
    var machine = JourneyMachine(rules: rules)
    try machine.step(.at(start, "a", channel: "Email"), of: "anna")
    try machine.tick(start + .days(30))
    try machine.step(.at(start, "b", channel: "Email"), of: "anna")
    var restored = JourneyMachine(rules: rules)
    for record in machine.saved() where record.key.count == 16 {
      let key = try record.key.withUnsafeBytes { try JourneyKey($0) }
      try (record.value ?? []).withUnsafeBytes { try restored.restore(key: key, value: $0) }
    }
    restored.finishRestore(at: CheckpointMarker(resumeOffset: 3, streamTime: start + .days(30)))
    restored.expire(limit: 100)
    #expect(restored.journeyCount == 0)
  }

  @Test func `who takes a dropped journey's place is saved once, beside the drop`() throws {
    var machine = JourneyMachine(rules: try .purchases())
    try machine.step(.at(start, "a", channel: "Email"), of: "anna")
    _ = machine.saved()
    try machine.step(.at(start + .hours(1), "b", channel: "Email"), of: "anna")
    try machine.tick(start + .days(30))
    machine.expire(limit: 100)
    try machine.step(.at(start + .days(30), "c", channel: "Email"), of: "bert")
    try machine.step(.at(start + .days(30), "d", channel: "Email"), of: "bert")
    let records = machine.saved().filter { $0.key.count == 16 }
    let key = { (person: String) in
      Array(person.utf8).withUnsafeBytes { JourneyKey(person: $0).bytes }
    }
    #expect(records.filter { $0.value == nil }.map(\.key) == [key("anna")])
    #expect(records.filter { $0.value != nil }.map(\.key) == [key("bert")])
  }

  @Test func `events that leave nothing behind make no journeys`() throws {
    var machine = JourneyMachine(rules: try .purchases())
    for number in 0..<50 { try machine.step(.at(start, "e\(number)"), of: "p\(number)") }
    #expect(machine.journeyCount == 0)
    #expect(machine.changedCount == 0)
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `a long run holds no more than its horizon`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var rules = try RuleSet.purchases(lateAccept: .hours(6)) { rule in
      rule.path.lookback = .init(click: .days(1), visit: .days(1), view: .hours(1))
      rule.deduplicateWithin = .minutes(5)
    }
    rules.limits.touchpointsPerJourney = 8
    rules.limits.sessionsPerJourney = 4
    var machine = JourneyMachine(rules: rules)
    var most = 0
    for number in 0..<20_000 {
      let time = start + .seconds(Int64(number) * 60)
      let late = TimeSpan.seconds(-generator.within(0...100_000))
      let person = "p\(generator.below(300))"
      var event = JourneyEvent.at(
        time + (generator.chance(0.2) ? late : .zero), "e\(number)",
        channel: "c\(generator.below(5_000))",
        session: generator.chance(0.5) ? .tracked(generator.next() % 1_000) : .activity,
        conversions: generator.chance(0.05) ? [ConversionReport(rule: "purchase")] : [])
      if generator.chance(0.3) { event.profile = [] }
      if generator.chance(0.1) { event.profileIfStarting = [] }
      try machine.step(event, of: person)
      machine.expire(limit: 2)
      most = max(most, machine.profileCount)
    }
    #expect(most < 300 * 12, "seed \(seed)")
    try machine.tick(start + .days(100))
    machine.expire(limit: 100_000)
    #expect(machine.journeyCount == 0, "seed \(seed)")
    #expect(machine.profileCount == 0, "seed \(seed)")
  }
}
