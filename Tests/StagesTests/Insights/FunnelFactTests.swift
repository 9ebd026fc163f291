import Attribution
import Formats
import Insights
import Simulation
import Stages
import Testing

/// From events to what is counted: Intake, Journeys and Insights together.
@Suite struct FunnelFactTests {
  private static func event(_ name: String) throws -> EventRule {
    try EventRule(.field(FieldIndex(.event), [.equals([.text(name)])]))
  }

  private static func funnel(
    _ order: FunnelShape.Order, _ steps: [String]
  ) throws -> InsightsPlan.Funnel {
    InsightsPlan.Funnel(
      shape: FunnelShape(
        name: "checkout", order: order, within: .days(2),
        steps: steps.map { FunnelShape.Step($0) }, dimensions: ["device"]),
      steps: try steps.map { try event($0) }, exclude: [], segments: [.dimension(.device)])
  }

  /// What is said of everything that lies in the insights log.
  private func said(_ daemon: SimulatedDaemon, _ plan: InsightsPlan) throws -> [String] {
    var machine = InsightsMachine(rules: plan.rules)
    var output = OutgoingRecords()
    for (offset, record) in daemon.log.insights.enumerated() {
      try record.withBytes { _, value in
        try machine.step(value: value, offset: Int64(offset), output: &output)
      }
    }
    machine.finish(at: machine.time, output: &output)
    #expect(machine.counters.unknownFacts == 0)
    var said: [String] = []
    output.forEach { record, key, value in
      said.append(
        "\(record.destination) \(String(decoding: key ?? .init(start: nil, count: 0), as: UTF8.self)) "
          + String(decoding: value ?? .init(start: nil, count: 0), as: UTF8.self))
    }
    return said
  }

  private struct Workload {
    var settings: SimulatedDaemon.Settings
    var records: [TrafficRecord]
    var plan: InsightsPlan

    init(seed: UInt64, order: FunnelShape.Order, partitions: Int = 1) throws {
      var generator = SeededGenerator(seed: seed)
      let late = RulePair.units(6)
      let pair = try RulePair.random(lateAccept: late, shortestLookback: 4, &generator)
      var history = TangledHistory.Settings()
      history.people = 8
      history.events = 120
      history.span = 200
      records = TangledHistory(history, &generator).arrival(lateAccept: late, &generator)
      settings = SimulatedDaemon.Settings(rules: pair.rules)
      settings.partitions = partitions
      plan = InsightsPlan(
        funnels: [try FunnelFactTests.funnel(order, ["Product Viewed", "Order Completed"])],
        reports: pair.rules.conversions.map { rule in
          ReportShape(
            conversion: rule.name, dimensions: ["channel", "campaign", "visitor"],
            models: rule.models.map(\.name))
        })
      settings.insights = plan
    }

    func run(_ faults: FaultPlan = FaultPlan()) throws -> SimulatedDaemon {
      var daemon = try SimulatedDaemon(settings, inputs: [records], faults: faults, seed: 1)
      try daemon.run()
      return daemon
    }
  }

  @Test(arguments: [FunnelShape.Order.ordered, .strict], FaultPlan.RestoreSource.allCases)
  func `a crash after any step changes nothing that is said`(
    order: FunnelShape.Order, source: FaultPlan.RestoreSource
  ) throws {
    let workload = try Workload(seed: 3, order: order)
    let calm = try workload.run()
    let expected = try said(calm, workload.plan)
    #expect(expected.contains { $0.contains(#""conversion_rate":"#) })
    for schema in ["channel-report", "path-report", "cohort-report"] {
      #expect(expected.contains { $0.contains(#""schema":"afterclick/\#(schema)/v1""#) })
    }
    // Every kind of restore and of order takes its share of the steps; together they take all.
    let kinds = FaultPlan.RestoreSource.allCases
    let first = (kinds.firstIndex(of: source) ?? 0) * 2 + (order == .strict ? 1 : 0)
    for step in stride(from: first, to: calm.steps, by: kinds.count * 2) {
      let stormy = try workload.run(FaultPlan([step: .crash(source)]))
      try #require(try said(stormy, workload.plan) == expected, "crash after step \(step)")
    }
  }

  @Test(arguments: 0..<10 as Range<UInt64>)
  func `watching changes nothing that is attributed`(seed: UInt64) throws {
    var workload = try Workload(seed: seed, order: .strict)
    let watched = try workload.run()
    workload.settings.insights = nil
    let unwatched = try workload.run()
    #expect(unwatched.log.insights.isEmpty && !watched.log.insights.isEmpty)
    // Events that only a funnel needs are signs of time, too: when something is said may differ.
    func texts(_ daemon: SimulatedDaemon) -> [String] {
      daemon.log.conversions[0].map { record in
        String(decoding: record.value ?? [], as: UTF8.self)
          .replacing(#/"emitted_at":"[^"]*"/#, with: "")
      }
    }
    #expect(texts(watched) == texts(unwatched))
  }

  @Test(arguments: 20..<30 as Range<UInt64>)
  func `as many conversions are reported as stand in the end`(seed: UInt64) throws {
    let workload = try Workload(seed: seed, order: .ordered, partitions: 2)
    let daemon = try workload.run()
    var standing: [String: String] = [:]
    for record in daemon.log.committedConversions {
      let text = String(decoding: record.value ?? [], as: UTF8.self)
      standing[String(decoding: record.key ?? [], as: UTF8.self)] = text
    }
    let attributed = standing.values.count { $0.contains(#""status":"attributed""#) }
    var rows: [String: Int] = [:]
    for line in try said(daemon, workload.plan) where line.contains(#""dimension":"channel""#) {
      let count = try #require(line.firstMatch(of: #/"last_touch_conversions":(\d+)/#))
      rows[String(line.split(separator: "{")[0])] = Int(count.1)
    }
    #expect(attributed > 3 && rows.values.reduce(0, +) == attributed)
  }

  /// Sums up what the facts about one funnel say: how many came to each stage, and stray events.
  private func stages(_ daemon: SimulatedDaemon) throws -> (reached: [Int], seen: [Int]) {
    var reached = [0, 0]
    var seen = [0, 0]
    for record in daemon.log.insights {
      let moments = try record.withBytes { _, value in
        try InsightsRecord.read(value ?? .init(start: nil, count: 0)).moments
      }
      for (count, fact) in moments.flatMap(\.facts) {
        switch fact {
        case .funnel("checkout", .seen(let step)): seen[step] += count
        case .funnel("checkout", .reached(let stage)): reached[stage.stage] += count
        case .funnel("checkout", .retracted(let stage)): reached[stage.stage] -= count
        default: continue
        }
      }
    }
    return (reached, seen)
  }

  @Test func `whoever begins as a device and ends as a person is one who came through`() throws {
    for isKnownFirst in [false, true] {
      var shop = try Shop()
      shop.insights = InsightsPlan(funnels: [
        try FunnelFactTests.funnel(.ordered, ["Product", "Order"])
      ])
      if isKnownFirst { shop.tell(0, "identify", #""userId":"u1","anonymousId":"d1""#) }
      shop.tell(1, "Product", #""anonymousId":"d1""#)
      if !isKnownFirst { shop.tell(5, "identify", #""userId":"u1","anonymousId":"d1""#) }
      shop.tell(10, "Order", #""userId":"u1""#, #""order":"o1""#)
      let daemon = try shop.run()
      let stages = try stages(daemon)
      #expect(stages.reached == [1, 1], "known first: \(isKnownFirst)")
      #expect(stages.seen == [1, 1], "known first: \(isKnownFirst)")
    }
  }

  @Test func `an event of a funnel goes on though no other rule needs it`() throws {
    var shop = try Shop { $0.identity.stitches = false }
    shop.tell(1, "Product", #""anonymousId":"d1""#)
    #expect(try shop.run().counters.events == 0)
    shop.insights = InsightsPlan(funnels: [
      try FunnelFactTests.funnel(.ordered, ["Product", "Order"])
    ])
    let daemon = try shop.run()
    // What Intake says of the data, and what Journeys say of the funnel.
    #expect(daemon.counters.events == 1 && daemon.log.insights.count == 2)
    #expect(try stages(daemon).reached == [1, 0])
  }
}
