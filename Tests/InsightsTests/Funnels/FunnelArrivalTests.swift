import Attribution
import Testing

@testable import Insights

/// Laws: order of arrival, repeats and forgetting change nothing of what stands in the end.
@Suite struct FunnelArrivalTests {
  private static let orders: [FunnelShape.Order] = [.ordered, .strict, .anyOrder]

  private func shape(_ order: FunnelShape.Order, _ dice: inout Dice) -> FunnelShape {
    let count = 2 + dice.below(3)
    let sources: [FunnelShape.SegmentSource] = [.first, .last, .step(dice.below(count))]
    return FunnelShape(
      name: "f", order: order, within: .minutes(Int64(5 + dice.below(40))),
      steps: (0..<count).map { index in
        .init("\(index)", within: dice.below(3) == 0 ? .minutes(Int64(2 + dice.below(9))) : nil)
      },
      dimensions: ["device"], segmentsFrom: sources[dice.below(3)])
  }

  private func history(_ shape: FunnelShape, _ dice: inout Dice) -> [FunnelMark] {
    (0..<5 + dice.below(30)).map { index in
      // Times repeat, so that ids settle ties.
      var steps: UInt32 = dice.below(4) == 0 ? 0 : 1 << UInt32(dice.below(shape.steps.count))
      if dice.below(5) == 0 { steps |= 1 << UInt32(dice.below(shape.steps.count)) }
      return FunnelMark(
        time: EventTime(milliseconds: Int64(dice.below(90)) * 60_000),
        eventID: .text("\(index)"), steps: steps, isExcluding: dice.below(20) == 0,
        segments: [["ios", "desktop"][dice.below(2)]],
        value: dice.below(3) == 0 ? Amount(units: Int64(dice.below(900)), scale: 2) : nil)
    }
  }

  private func counts(_ stages: [StageReached]) -> [StageReached: Int] {
    stages.reduce(into: [:]) { $0[$1, default: 0] += 1 }
  }

  /// What stands after the marks have come in this order.
  private func standing(
    _ marks: [FunnelMark], _ shape: FunnelShape, lateAccept: TimeSpan, reload: Bool
  ) throws -> [StageReached: Int] {
    var progress = FunnelProgress()
    var standing: [StageReached: Int] = [:]
    var streamTime = EventTime.distantPast
    for mark in marks {
      streamTime = max(streamTime, mark.time)
      if reload {
        progress = try StateChecks.read(FunnelProgress.self, StateChecks.bytes(progress))
      }
      let update = progress.apply(
        mark, shape: shape, streamTime: streamTime, lateAccept: lateAccept)
      for fact in update.facts {
        switch fact {
        case .seen: break
        case .reached(let stage): standing[stage, default: 0] += 1
        case .retracted(let stage): standing[stage, default: 0] -= 1
        }
      }
    }
    return standing.filter { $0.value != 0 }
  }

  @Test(arguments: orders)
  func `every order of arrival ends where the second opinion does`(
    order: FunnelShape.Order
  ) throws {
    for seed in 0..<400 {
      var dice = Dice(seed: UInt64(seed))
      let shape = shape(order, &dice)
      let history = history(shape, &dice)
      let expected = counts(ReferenceFunnel.stages(of: history, shape))
      let shuffled = history.shuffled(using: &dice) + history.prefix(dice.below(5))
      let found = try standing(shuffled, shape, lateAccept: .days(3), reload: false)
      #expect(found == expected, "seed \(seed)")
    }
  }

  @Test(arguments: orders)
  func `forgetting what is decided changes nothing`(order: FunnelShape.Order) throws {
    for seed in 0..<400 {
      var dice = Dice(seed: UInt64(1_000 + seed))
      let shape = shape(order, &dice)
      let history = history(shape, &dice)
      let expected = counts(ReferenceFunnel.stages(of: history, shape))
      // Nearly in order: nothing is later than seven minutes.
      let delayed = history.map { ($0, $0.time + .minutes(Int64(dice.below(8)))) }
        .sorted { $0.1 < $1.1 }.map(\.0)
      let found = try standing(delayed, shape, lateAccept: .minutes(7), reload: true)
      #expect(found == expected, "seed \(seed)")
    }
  }

  @Test(arguments: orders)
  func `two people who turn out to be one are as if they had been one`(
    order: FunnelShape.Order
  ) {
    for seed in 0..<200 {
      var dice = Dice(seed: UInt64(2_000 + seed))
      let shape = shape(order, &dice)
      let history = history(shape, &dice)
      let cut = dice.below(history.count)
      var sides = [FunnelProgress(), FunnelProgress()]
      var facts: [FunnelFact] = []
      for (index, mark) in history.enumerated() {
        let update = sides[index < cut ? 0 : 1].apply(
          mark, shape: shape, streamTime: .init(milliseconds: 90 * 60_000), lateAccept: .days(1))
        facts += update.facts
      }
      facts += sides[0].absorb(sides[1], shape: shape).facts
      var standing: [StageReached: Int] = [:]
      for fact in facts {
        switch fact {
        case .seen: break
        case .reached(let stage): standing[stage, default: 0] += 1
        case .retracted(let stage): standing[stage, default: 0] -= 1
        }
      }
      #expect(
        standing.filter { $0.value != 0 } == counts(ReferenceFunnel.stages(of: history, shape)),
        "seed \(seed)")
    }
  }

  @Test func `progress survives as bytes, and no truncation is taken for it`() throws {
    for seed in 0..<20 {
      var dice = Dice(seed: UInt64(3_000 + seed))
      let shape = shape(.strict, &dice)
      var progress = FunnelProgress()
      for mark in history(shape, &dice) {
        _ = progress.apply(
          mark, shape: shape, streamTime: .init(milliseconds: 90 * 60_000), lateAccept: .days(1))
      }
      try StateChecks.expectSound(progress)
      #expect(try StateChecks.read(FunnelProgress.self, StateChecks.bytes(progress)) == progress)
    }
  }
}
