import Attribution
import Testing

@testable import Insights

/// One partition's insights, together: facts in, effects out, crash in between.
@Suite struct InsightsBoardTests {
  private static let start = SmallShop.time(0)

  private static var rules: InsightsRules {
    var learner = CreditLearner(.markov(order: 1))
    learner.fewestConversions = 20
    learner.fewestOthers = 20
    learner.interval = .hours(6)
    var shape = ReportShape(
      conversion: "purchase", dimensions: ["channel"], models: ["last_touch"])
    shape.learner = learner
    var rules = InsightsRules(
      funnels: [
        FunnelOutline(
          name: "checkout", steps: ["cart", "purchase"], dimensions: ["device"],
          within: .minutes(30))
      ],
      reports: [shape])
    rules.forgetInterval = .hours(6)
    return rules
  }

  /// What comes in one minute: people at the funnel, now and then a purchase, a path, a bad event.
  private func facts(_ minute: Int64, _ dice: inout Dice) -> [InsightsFact] {
    let now = SmallShop.time(minute)
    let isBroken = (1_800..<1_980).contains(minute)
    var facts: [InsightsFact] = []
    for _ in 0..<dice.poisson(3) {
      let device = ["ios", "desktop"][dice.below(2)]
      facts.append(.funnel("checkout", .seen(step: 0)))
      facts.append(
        .funnel(
          "checkout",
          .reached(StageReached(stage: 0, time: now, began: now, segments: [device]))))
      let channel = ["Email", "Search", "Direct"][dice.below(3)]
      let isBuying = minute > 3 && dice.fraction() < (isBroken ? 0.05 : 0.5)
      guard isBuying else {
        facts.append(.departure("purchase", Departure([channel, "Direct"], at: now)))
        continue
      }
      facts.append(.funnel("checkout", .seen(step: 1)))
      facts.append(
        .funnel(
          "checkout",
          .reached(
            StageReached(
              stage: 1, time: now, began: now - .minutes(3),
              origin: .init(time: now - .minutes(3), segments: [device]), segments: [device]))))
      let value = Amount(units: Int64(dice.below(9_000)), scale: 2)
      facts.append(
        .conversion(
          "purchase",
          ReportedConversion(
            id: "\(minute)-\(facts.count)", time: now, value: value, currency: "EUR",
            touches: [.init(time: now - .hours(1), values: [channel])],
            credits: [.init(millionths: [1_000_000], values: [value])],
            acquired: now - .days(3))))
    }
    facts.append(.quality(.init(.duplicates, bad: dice.below(3), of: 40)))
    return facts
  }

  /// Runs `minutes`; every so often the board is dropped and taken up from its bytes.
  private func run(
    minutes: Int64, reload: Int64?
  ) throws -> (effects: [InsightsBoard.Effect], saved: SavedBoard) {
    var dice = Dice(seed: 4)
    var board = InsightsBoard(rules: InsightsBoardTests.rules)
    _ = board.advance(to: InsightsBoardTests.start)
    var effects: [InsightsBoard.Effect] = []
    var saved = SavedBoard()
    for minute in 0..<minutes {
      for fact in facts(minute, &dice) {
        let bytes = StateChecks.bytes(fact)
        board.record(try StateChecks.read(InsightsFact.self, bytes))
      }
      effects += board.advance(to: SmallShop.time(minute + 1))
      if let reload, minute % reload == 0 {
        saved.save(&board)
        board = try saved.restored(InsightsBoardTests.rules)
      }
    }
    effects += board.finish()
    saved.save(&board)
    return (effects, saved)
  }

  @Test func `a board that is dropped and taken up again says what one that never was does`() throws
  {
    let through = try run(minutes: 2_200, reload: nil)
    let again = try run(minutes: 2_200, reload: 97)
    #expect(through.effects == again.effects)
    #expect(through.saved == again.saved)
    let alerts = through.effects.compactMap { effect -> Alert? in
      if case .alert(let alert) = effect { return alert }
      return nil
    }
    #expect(alerts.map(\.status).first == .firing && alerts.last?.status == .resolved)
    #expect(Set(alerts.map(\.id)) == ["checkout/cart→purchase/conversion_drop"])
    let versions = through.effects.compactMap { effect -> Int? in
      if case .weights(_, let weights) = effect { return weights.version }
      return nil
    }
    #expect(versions == Array(1...versions.count) && versions.count == 7)
    let rows = through.effects.count { effect in
      if case .report = effect { return true }
      return false
    }
    #expect(rows > 1_000)
  }

  @Test func `facts about what nobody knows are counted, and nothing else`() {
    var board = InsightsBoard(rules: InsightsBoardTests.rules)
    _ = board.advance(to: InsightsBoardTests.start)
    board.record(.funnel("other", .seen(step: 0)))
    board.record(.departure("other", Departure(["A"], at: InsightsBoardTests.start)))
    #expect(board.unknownFacts == 2)
    #expect(board.advance(to: InsightsBoardTests.start + .days(1)).isEmpty)
    #expect(board.finish().isEmpty && board.cohorts(of: "purchase") == nil)
  }

  @Test func `new rules go on with what they still know`() throws {
    var dice = Dice(seed: 8)
    var board = InsightsBoard(rules: InsightsBoardTests.rules)
    _ = board.advance(to: InsightsBoardTests.start)
    for minute in 0..<Int64(90) {
      for fact in facts(minute, &dice) { board.record(fact) }
      _ = board.advance(to: SmallShop.time(minute + 1))
    }
    var saved = SavedBoard()
    saved.save(&board)
    var rules = InsightsBoardTests.rules
    rules.funnels = [
      FunnelOutline(name: "signup", steps: ["a", "b"], dimensions: [], within: .hours(1))
    ]
    var next = try saved.restored(rules)
    #expect(next.time == board.time)
    let before = board.topPaths(of: "purchase", count: 3)
    let after = next.topPaths(of: "purchase", count: 3)
    #expect(before.map(\.path) == after.map(\.path) && !after.isEmpty)
    next = try saved.restored(InsightsBoardTests.rules)
    for (key, bytes) in saved.parts {
      for length in stride(from: 0, to: bytes.count, by: 1_009) {
        #expect(throws: ByteReader.Malformed.self) {
          try bytes[..<length].withUnsafeBytes {
            try next.restore(kind: key.kind, name: key.name, $0)
          }
        }
      }
    }
  }

  @Test(arguments: [
    (InsightsFact.funnel("f", .seen(step: 3)), "funnel/f"),
    (
      .funnel(
        "f",
        .retracted(
          StageReached(
            stage: 2, step: 1, time: SmallShop.time(9), began: SmallShop.time(0),
            origin: .init(time: SmallShop.time(4), segments: ["a", ""]), segments: ["b", "c"],
            value: Amount(units: -5, scale: 1), currency: "USD"))), "funnel/f"
    ),
    (.quality(.init(.clockSkew, bad: 1, of: 9)), "quality"),
    (
      .spend(
        "p",
        ReportedSpend(
          id: "spend", time: SmallShop.time(0), dimension: 1, value: "x",
          cost: Amount(units: 5, scale: 0))),
      "report/p"
    ),
    (.acquired("p", at: SmallShop.time(1), count: -1), "report/p"),
    (.departure("p", Departure(["A", "B"], at: SmallShop.time(2))), "report/p"),
    (
      .conversion(
        "p",
        ReportedConversion(
          id: "1", revision: 2, time: SmallShop.time(3), touches: [], credits: [],
          isRetracted: true)), "report/p"
    ),
  ])
  func `facts survive as bytes`(fact: InsightsFact, subject: String) throws {
    #expect(fact.subject == subject)
    try StateChecks.expectSound(fact)
    #expect(try StateChecks.read(InsightsFact.self, StateChecks.bytes(fact)) == fact)
  }

  @Test func `an overview shows what is wrong now, step by step`() throws {
    var dice = Dice(seed: 4)
    var board = InsightsBoard(rules: InsightsBoardTests.rules)
    _ = board.advance(to: InsightsBoardTests.start)
    #expect(board.overview == InsightsOverview())
    var raised: [Alert] = []
    func run(_ minutes: Range<Int64>) {
      for minute in minutes {
        for fact in facts(minute, &dice) { board.record(fact) }
        for case .alert(let alert) in board.advance(to: SmallShop.time(minute + 1)) {
          raised.append(alert)
        }
      }
    }
    run(0..<1_790)
    let before = board.overview
    #expect(before.alerts.isEmpty && before.moreAlerts == 0)
    let step = try #require(before.funnels.first?.steps.last)
    #expect(before.funnels.map(\.name) == ["checkout"] && step.name == "purchase")
    let ratio = try #require(step.ratio)
    let usual = try #require(step.usualRate)
    #expect(ratio > 0.7 && ratio < 1.3 && usual > 0.4 && usual < 0.6)
    #expect(step.history.count == InsightsOverview.historyPoints)
    let cart = try #require(before.funnels.first?.steps.first)
    #expect(cart.reached > 120 && cart.reached < 240 && cart.ratio == nil && cart.history == [])

    run(1_790..<1_900)
    let during = board.overview
    #expect(during.alerts.map(\.id) == raised.suffix(1).map(\.id))
    let alert = try #require(during.alerts.first)
    #expect(alert.status == .firing && alert.updatedAt == board.time)
    let broken = try #require(during.funnels.first?.steps.last)
    #expect(try #require(broken.ratio) < 0.5)
    #expect(try #require(broken.history.compactMap { $0 }.last) < 0.6)
    let report = try #require(during.reports.first)
    #expect(report.conversion == "purchase" && report.channels.count == 3)
    #expect(report.channels.map(\.lastTouch).reduce(0, +) > 0)
    // Looking changes nothing.
    #expect(board.overview == during)
    #expect(during.closedAlerts.isEmpty)

    run(1_900..<2_100)
    let after = board.overview
    #expect(after.alerts.isEmpty && after.closedAlerts == raised.suffix(1))
    #expect(after.closedAlerts.first?.status == .resolved)
  }
}

/// A board as checkpoints keep it: the last of every part.
private struct SavedBoard: Equatable {
  struct Key: Hashable {
    var kind: UInt8
    var name: String
  }

  private var head: [UInt8] = []
  private(set) var parts: [Key: [UInt8]] = [:]

  mutating func save(_ board: inout InsightsBoard) {
    var writer = ByteWriter()
    board.writeHead(to: &writer)
    head = writer.bytes
    let former = parts
    parts = [:]
    for part in board.takeParts() {
      let key = Key(kind: part.kind, name: part.name)
      parts[key] = part.bytes ?? former[key]
    }
  }

  func restored(_ rules: InsightsRules) throws -> InsightsBoard {
    var board = InsightsBoard(rules: rules)
    try StateChecks.reading(head) { try board.restoreHead(from: &$0) }
    for (key, bytes) in parts.sorted(by: { $0.key.kind < $1.key.kind }) {
      try bytes.withUnsafeBytes { try board.restore(kind: key.kind, name: key.name, $0) }
    }
    return board
  }
}
