import Attribution
import Formats
import Insights
import Simulation
import Stages
import Testing

/// What Insights has learned lies in the journeys log: who is credited by which weights is a function
/// of it.
@Suite struct LearnedWeightsTests {
  private static func weights(_ version: Int, email: UInt64) -> DataDrivenModel.Weights {
    DataDrivenModel.Weights(
      version: version,
      channels: [NamedWeight("Email", email), NamedWeight("Search", 1_000_000)], other: 250_000)
  }

  private static func rules() throws -> RuleSet {
    try .purchases { rule in
      rule.path.transforms = []
      rule.models = [LinearModel(), DataDrivenModel(learner: CreditLearner(.shapley))]
    }
  }

  private func tell(_ weights: DataDrivenModel.Weights, _ machine: inout JourneyMachine) throws {
    let bytes = JourneyLogRecord.bytes(of: weights, forRuleNamed: "purchase")
    var output = OutgoingRecords()
    _ = try bytes.withUnsafeBytes {
      try machine.step(key: nil, value: $0, offset: machine.nextOffset, output: &output)
    }
    #expect(output.isEmpty)
  }

  private func buy(_ id: String, at time: EventTime, _ machine: inout JourneyMachine) throws
    -> AttributedPath.ModelResult
  {
    let conversions = try machine.step(
      .at(time, id, conversions: [ConversionReport(rule: "purchase")]), of: "anna")
    return try #require(conversions.first?.own.models.last)
  }

  @Test func `credit goes by the weights that came last, and names them`() throws {
    var machine = JourneyMachine(rules: try LearnedWeightsTests.rules())
    try machine.step(.at(start, "a", channel: "Email"), of: "anna")
    try machine.step(.at(start + .hours(1), "b", channel: "Search"), of: "anna")
    let before = try buy("c", at: start + .hours(2), &machine)
    #expect(before.parameters.first == ModelParameter("version", .number(0)))
    #expect(before.credits.weights == [1, 1])
    try tell(LearnedWeightsTests.weights(1, email: 500_000), &machine)
    let first = try buy("d", at: start + .hours(3), &machine)
    #expect(
      first.parameters == [
        ModelParameter("version", .number(1)), ModelParameter("method", .text("shapley")),
      ])
    #expect(first.credits.weights == [500_000, 1_000_000])
    try tell(LearnedWeightsTests.weights(2, email: 0), &machine)
    #expect(try buy("e", at: start + .hours(4), &machine).credits.weights == [0, 1_000_000])
  }

  @Test func `a checkpoint has them`() throws {
    let rules = try LearnedWeightsTests.rules()
    var machine = JourneyMachine(rules: rules)
    try machine.step(.at(start, "a", channel: "Email"), of: "anna")
    try tell(LearnedWeightsTests.weights(3, email: 750_000), &machine)
    try machine.step(.at(start + .hours(1), "b", channel: "Search"), of: "anna")
    var restored = JourneyMachine(rules: rules, emitsFrom: 3)
    for (key, value) in machine.saved() {
      guard key == CheckpointMarker.key else {
        let journey = try key.withUnsafeBytes { try JourneyKey($0) }
        try (value ?? []).withUnsafeBytes { try restored.restore(key: journey, value: $0) }
        continue
      }
      let marker = try (value ?? []).withUnsafeBytes { try CheckpointMarker($0) }
      restored.finishRestore(at: marker)
    }
    #expect(restored.nextOffset == 3)
    let credits = try buy("c", at: start + .hours(2), &restored).credits
    #expect(credits.weights == [750_000, 1_000_000])
  }

  @Test func `weights of a rule that does not learn, or is no more, are left out`() throws {
    var machine = JourneyMachine(rules: try .purchases())
    try tell(LearnedWeightsTests.weights(1, email: 5), &machine)
    try machine.step(.at(start, "a", channel: "Email"), of: "anna")
    let last = try buy("b", at: start, &machine)
    #expect(last.name == "last_touch" && machine.counters.malformed == 0)
  }

  private func texts(_ daemon: SimulatedDaemon) -> [String] {
    daemon.log.conversions[0].map { record in
      String(decoding: record.value ?? [], as: UTF8.self)
        .replacing(#/"emitted_at":"[^"]*"/#, with: "")
    }
  }

  @Test(arguments: FaultPlan.RestoreSource.allCases)
  func `a crash after any step changes nobody's credit`(source: FaultPlan.RestoreSource) throws {
    var generator = SeededGenerator(seed: 6)
    var pair = try RulePair.random(
      lateAccept: RulePair.units(3), shortestLookback: 6, &generator)
    for index in pair.rules.conversions.indices {
      pair.rules.conversions[index].models = [DataDrivenModel()]
    }
    var history = TangledHistory.Settings()
    history.people = 6
    history.events = 90
    history.span = 120
    history.hasSessionIDs = false
    let records = TangledHistory(history, &generator)
      .arrival(lateAccept: RulePair.units(3), &generator)
    var settings = SimulatedDaemon.Settings(rules: pair.rules)
    for version in 1..<9 {
      let weights = LearnedWeightsTests.weights(version, email: UInt64(version) * 100_000)
      settings.broadcasts[version * records.count / 9] = JourneyLogRecord.bytes(
        of: weights, forRuleNamed: "purchase")
    }
    func run(_ faults: FaultPlan = FaultPlan()) throws -> SimulatedDaemon {
      var daemon = try SimulatedDaemon(settings, inputs: [records], faults: faults, seed: 1)
      try daemon.run()
      return daemon
    }
    let calm = try run()
    let expected = texts(calm)
    let versions = Set(
      expected.compactMap { $0.firstMatch(of: #/"data_driven":{"version":(\d+)/#)?.output.1 })
    #expect(versions.count > 4)
    let first = FaultPlan.RestoreSource.allCases.firstIndex(of: source) ?? 0
    for step in stride(from: first, to: calm.steps, by: 3) {
      let stormy = try run(FaultPlan([step: .crash(source)]))
      try #require(texts(stormy) == expected, "crash after step \(step)")
    }
  }
}
