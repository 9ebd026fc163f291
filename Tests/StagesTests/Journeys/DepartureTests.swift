import Attribution
import Formats
import Insights
import Simulation
import Stages
import Testing

/// Who left without converting: once, and the same whatever crashes and in whatever order events come.
@Suite struct DepartureTests {
  /// What is said of somebody who left, and the minute it is said as of.
  private struct Said: Hashable, CustomStringConvertible {
    var minute: Int64
    var rule: String
    var departure: Departure

    var description: String {
      "\(minute) \(rule) \(departure.channels.joined(separator: ">")) \(departure.time)"
    }
  }

  private static func said(_ records: some Sequence<[UInt8]>) throws -> [Said] {
    try records.flatMap { record in
      try record.withUnsafeBytes { try InsightsRecord.read($0).moments }.flatMap { moment in
        moment.facts.compactMap { _, fact in
          guard case .departure(let rule, let departure) = fact else { return nil }
          return Said(
            minute: InsightsRecord.minute(of: moment.time), rule: rule, departure: departure)
        }
      }
    }
  }

  private static func plan(_ rules: RuleSet) -> InsightsPlan {
    InsightsPlan(
      reports: rules.conversions.map { rule in
        var shape = ReportShape(
          conversion: rule.name, dimensions: [], models: rule.models.map(\.name))
        shape.learner = CreditLearner(.markov(order: 1))
        return shape
      })
  }

  private static func machine(
    lateAccept: TimeSpan = .days(1), _ change: (inout ConversionRule) -> Void = { _ in }
  ) throws -> JourneyMachine {
    let rules = try RuleSet.purchases(lateAccept: lateAccept) { rule in
      rule.models = [DataDrivenModel()]
      change(&rule)
    }
    return JourneyMachine(rules: rules, insights: DepartureTests.plan(rules))
  }

  private func said(by machine: inout JourneyMachine) throws -> [Said] {
    var output = OutgoingRecords()
    machine.takeFacts(to: &output)
    var records: [[UInt8]] = []
    output.forEach { _, _, value in records.append(value.map { Array($0) } ?? []) }
    return try DepartureTests.said(records)
  }

  @Test func `who does not come back has left once it is too late to convert`() throws {
    var machine = try DepartureTests.machine()
    try machine.step(.at(start, "a", channel: "Email"), of: "anna")
    try machine.step(.at(start + .days(2), "b", channel: "Search"), of: "anna")
    try machine.tick(start + .days(10) - .minutes(1))
    #expect(try said(by: &machine).isEmpty)
    // Seven days after the last touchpoint, and one in which events may still be late.
    try machine.tick(start + .days(10))
    let said = try said(by: &machine)
    #expect(said.map(\.departure) == [Departure(["Email", "Search"], at: start + .days(2))])
    #expect(said.map(\.minute) == [InsightsRecord.minute(of: start + .days(10))])
    try machine.tick(start + .days(40))
    machine.expire(limit: 10)
    #expect(try self.said(by: &machine).isEmpty && machine.journeyCount == 0)
  }

  @Test func `what was bought by has not left, and what comes after stands alone`() throws {
    var machine = try DepartureTests.machine()
    try machine.step(.at(start, "a", channel: "Email"), of: "anna")
    try machine.step(
      .at(start + .days(1), "b", conversions: [ConversionReport(rule: "purchase")]), of: "anna")
    try machine.step(.at(start, "c", channel: "Email"), of: "bert")
    try machine.step(
      .at(start + .days(1), "d", conversions: [ConversionReport(rule: "purchase")]), of: "bert")
    try machine.step(.at(start + .days(2), "e", channel: "Search"), of: "bert")
    try machine.tick(start + .days(40))
    #expect(
      try said(by: &machine).map(\.departure)
        == [Departure(["Search"], at: start + .days(2))])
  }

  @Test func `who comes back too late has left, and may leave again`() throws {
    var machine = try DepartureTests.machine()
    try machine.step(.at(start, "a", channel: "Email"), of: "anna")
    try machine.step(.at(start + .days(9), "b", channel: "Search"), of: "anna")
    try machine.tick(start + .days(40))
    #expect(
      try said(by: &machine).map(\.departure)
        == [
          Departure(["Email"], at: start), Departure(["Search"], at: start + .days(9)),
        ])
  }

  @Test func `a conversion that is late takes nobody by surprise`() throws {
    var machine = try DepartureTests.machine()
    try machine.step(.at(start, "a", channel: "Email"), of: "anna")
    try machine.tick(start + .days(8) - .minutes(2))
    try machine.step(
      .at(start + .days(7), "b", conversions: [ConversionReport(rule: "purchase")]), of: "anna")
    try machine.tick(start + .days(40))
    #expect(try said(by: &machine).isEmpty)
  }

  // Visits in bouts that are further apart than anything is kept, so that all of each is there when
  // it is decided; shuffled by as much as events may be late.
  @Test(arguments: 0..<30 as Range<UInt64>)
  func `every order of arrival says what all events together say`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let late = TimeSpan.hours(Int64(generator.below(20)))
    var machine = try DepartureTests.machine(lateAccept: late) { $0.path.transforms = [] }
    typealias Visit = (time: EventTime, person: Int, channel: String?)
    var visits: [Visit] = []
    for person in 0..<12 {
      var time = start + .hours(Int64(generator.below(100)))
      for _ in 0..<1 + generator.below(3) {
        for _ in 0..<1 + generator.below(4) {
          let isPurchase = generator.chance(0.2)
          visits.append((time, person, isPurchase ? nil : ["A", "B", "C"][generator.below(3)]))
          time = time + .hours(Int64(1 + generator.below(160)))
        }
        time = time + .days(30)
      }
    }
    var expected: [Departure] = []
    for person in 0..<12 {
      let own = visits.filter { $0.person == person }
      for last in own where last.channel != nil {
        let end = last.time + .days(7)
        let next = own.first { $0.time > last.time && $0.time <= end }
        guard next == nil else { continue }
        let purchase = own.last { $0.channel == nil && $0.time < last.time }?.time ?? .distantPast
        let path = own.filter { visit in
          visit.channel != nil && visit.time > purchase && visit.time <= last.time
            && last.time - visit.time <= .days(7)
        }
        expected.append(Departure(path.compactMap(\.channel), at: last.time))
      }
    }
    let arrival = visits.enumerated().map { number, visit in
      (
        number: number, visit: visit,
        at: visit.time + TimeSpan(milliseconds: generator.within(0...late.milliseconds))
      )
    }
    .sorted { ($0.at, $0.number) < ($1.at, $1.number) }
    for (number, visit, _) in arrival {
      try machine.step(
        .at(
          visit.time, "e\(number)", channel: visit.channel,
          conversions: visit.channel == nil ? [ConversionReport(rule: "purchase")] : []),
        of: "p\(visit.person)")
      machine.expire(limit: generator.below(3))
    }
    try machine.tick(start + .days(400))
    let found = try said(by: &machine).map(\.departure)
    func ordered(_ departures: [Departure]) -> [String] {
      departures.map { "\($0.time.milliseconds) \($0.channels)" }.sorted()
    }
    #expect(ordered(found) == ordered(expected), "seed \(seed)")
    #expect(!expected.isEmpty)
  }

  private static func said(_ daemon: SimulatedDaemon) throws -> [Said] {
    try said(daemon.log.insights.compactMap(\.value))
  }

  /// Tangled people, all of whom are gone in the end.
  private struct Workload {
    var settings: SimulatedDaemon.Settings
    var records: [TrafficRecord]

    init(seed: UInt64) throws {
      var generator = SeededGenerator(seed: seed)
      let late = RulePair.units([0, 1, 3, 6][Int(seed % 4)])
      let pair = try RulePair.random(lateAccept: late, shortestLookback: 4, &generator)
      var history = TangledHistory.Settings()
      history.people = 8
      history.events = 90
      history.span = 400
      history.hasSessionIDs = false
      records = TangledHistory(history, &generator).arrival(lateAccept: late, &generator)
      settings = SimulatedDaemon.Settings(rules: pair.rules)
      settings.insights = DepartureTests.plan(pair.rules)
      settings.ticks[records.count - 1] = TangledHistory.start + .days(30)
    }

    func run(_ faults: FaultPlan = FaultPlan()) throws -> SimulatedDaemon {
      var daemon = try SimulatedDaemon(settings, inputs: [records], faults: faults, seed: 1)
      try daemon.run()
      return daemon
    }
  }

  @Test(arguments: 0..<2 as Range<UInt64>, FaultPlan.RestoreSource.allCases)
  func `a crash after any step changes nothing that is said of who left`(
    seed: UInt64, source: FaultPlan.RestoreSource
  ) throws {
    let workload = try Workload(seed: seed)
    let calm = try workload.run()
    let expected = try DepartureTests.said(calm)
    #expect(expected.count > 10)
    // Each kind of restore takes its share of the steps; together they take all.
    let first = FaultPlan.RestoreSource.allCases.firstIndex(of: source) ?? 0
    for step in stride(from: first, to: calm.steps, by: 3) {
      let stormy = try workload.run(FaultPlan([step: .crash(source)]))
      try #require(try DepartureTests.said(stormy) == expected, "crash after step \(step)")
    }
  }

  @Test(arguments: 10..<30 as Range<UInt64>)
  func `any number of crashes, releases and compactions changes nothing`(seed: UInt64) throws {
    let workload = try Workload(seed: seed)
    let calm = try workload.run()
    var generator = SeededGenerator(seed: seed)
    let plan = FaultPlan.random(
      spacing: 2 + generator.below(30), steps: calm.steps * 3, &generator)
    #expect(try DepartureTests.said(try workload.run(plan)) == DepartureTests.said(calm))
  }

  /// What a machine says that reads a partition of the journeys log in one go.
  private func straight(_ daemon: SimulatedDaemon, _ partition: Int, _ rules: RuleSet) throws
    -> [Said]
  {
    var machine = JourneyMachine(
      rules: rules, partitions: daemon.log.journeys.count, isSaved: false,
      insights: DepartureTests.plan(rules), partition: Int32(partition))
    var output = OutgoingRecords()
    for (offset, record) in daemon.log.journeys[partition].enumerated() {
      _ = try record.withBytes { key, value in
        try machine.step(key: key, value: value, offset: Int64(offset), output: &output)
      }
    }
    return try said(by: &machine)
  }

  // What one partition tells another comes to lie elsewhere in its log after a crash. Whatever lies
  // there, it is said once.
  @Test(arguments: 0..<12 as Range<UInt64>)
  func `whoever moves from device to person leaves once, whatever crashes`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var settings = LinkedHistory.Settings()
    settings.history.events = 60
    settings.history.people = 4
    settings.history.span = 300
    settings.aliases = Int(seed % 3)
    settings.erasures = Int(seed % 2)
    var story = try LinkedStory(seed: seed, settings, &generator)
    story.end = TangledHistory.start + .days(60)
    let partitions = 1 + Int(seed % 3)
    let inputs = try story.daemon(partitions: partitions, &generator).inputs
    var count = 0
    for spacing in [4, 12, 30] {
      var daemon = try story.daemon(
        partitions: partitions, inputs: inputs,
        faults: FaultPlan.random(spacing: spacing, steps: 3_000, &generator),
        watching: DepartureTests.plan)
      try daemon.run()
      for partition in 0..<partitions {
        let records = try daemon.log.insights.compactMap(\.value).filter { record in
          try record.withUnsafeBytes { try InsightsRecord.read($0).source } == Int32(partition)
        }
        let said = try DepartureTests.said(records)
        count += said.count
        #expect(try straight(daemon, partition, story.pair.rules) == said, "seed \(seed)")
      }
    }
    #expect(count > 10)
  }

  @Test func `a device that turns out to be somebody leaves as that person`() throws {
    for isKnown in [true, false] {
      var shop = try Shop()
      shop.insights = DepartureTests.plan(shop.rules)
      shop.tell(0, "page", #""anonymousId":"d1""#, #""context":{"campaign":{"medium":"email"}}"#)
      if isKnown { shop.tell(5, "identify", #""userId":"u1","anonymousId":"d1""#) }
      shop.tell(10, "page", #""userId":"u1""#)
      shop.tell(60 * 24 * 100, "page", #""userId":"u2""#)
      let paths = try DepartureTests.said(try shop.run()).map(\.departure.channels)
      #expect(paths == (isKnown ? [["Email", "Direct"]] : [["Email"], ["Direct"]]))
    }
  }
}
