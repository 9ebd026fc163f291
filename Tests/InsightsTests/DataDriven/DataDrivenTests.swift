import Attribution
import Testing

@testable import Insights

/// Data-driven credit, by hand and against slow, obvious ways to compute the same.
@Suite struct DataDrivenTests {
  private typealias Observation = (path: [String], conversions: Int, others: Int)

  private func table(_ observations: [Observation]) -> PathTable {
    var table = PathTable()
    for (path, conversions, others) in observations {
      table.add(path, isConversion: true, count: conversions)
      table.add(path, isConversion: false, count: others)
    }
    return table
  }

  private func random(_ seed: UInt64, channels: Int) -> [Observation] {
    var dice = Dice(seed: seed)
    var paths: Set<[String]> = []
    while paths.count < 25 {
      paths.insert((0..<1 + dice.below(5)).map { _ in "C\(dice.below(channels))" })
    }
    return paths.sorted { $0.lexicographicallyPrecedes($1) }.map {
      ($0, dice.below(9), dice.below(30))
    }
  }

  /// A → B → C converts, A does not, B → C does not, once each. From the start A is met in 2 of 3,
  /// goes on to B in 1 of 2; B always to C, and C converts in 1 of 2: p = ⅔·½·½ + ⅓·½ = ⅓. Without
  /// A it is ⅓·½ = ⅙, without B or C nothing.
  @Test func `removal effects, by hand`() {
    let credit = MarkovCredit(
      table([(["A", "B", "C"], 1, 0), (["A"], 0, 1), (["B", "C"], 0, 1)]))
    #expect(abs(credit.conversionProbability() - 1 / 3) < 1e-12)
    let effects = credit.removalEffects()
    for (effect, expected) in zip(effects, [0.5, 1, 1]) { #expect(abs(effect - expected) < 1e-12) }
  }

  @Test func `the weights of that example share a path of three as one, two and two`() throws {
    let many = table([(["A", "B", "C"], 100, 0), (["A"], 0, 100), (["B", "C"], 0, 100)])
    let weights = try #require(CreditLearner(.markov(order: 1)).weights(from: many, version: 1))
    #expect(weights.channels.map(\.weight) == [500_000, 1_000_000, 1_000_000])
  }

  /// Follows everybody through the moves: how many are where, step after step, until nobody is left.
  private func probability(_ observations: [Observation], order: Int, without: String?) -> Double {
    var moves: [[String]: [[String]: Double]] = [:]
    for (path, conversions, others) in observations {
      var here: [String] = []
      for end in path.indices {
        let next = Array(path[max(0, end + 1 - order)...end])
        moves[here, default: [:]][next, default: 0] += Double(conversions + others)
        here = next
      }
      moves[here, default: [:]][["won"], default: 0] += Double(conversions)
      moves[here, default: [:]][["lost"], default: 0] += Double(others)
    }
    var people: [[String]: Double] = [[]: 1]
    var won = 0.0
    for _ in 0..<3_000 {
      var next: [[String]: Double] = [:]
      for (place, share) in people {
        let total = moves[place]?.values.reduce(0, +) ?? 0
        for (target, count) in moves[place] ?? [:] where total > 0 && count > 0 {
          if target == ["won"] {
            won += share * count / total
          } else if target != ["lost"], target.last != without {
            next[target, default: 0] += share * count / total
          }
        }
      }
      people = next
    }
    return won
  }

  @Test(arguments: [1, 2, 3])
  func `removal effects agree with following everybody`(order: Int) {
    for seed in 1...4 as ClosedRange<UInt64> {
      let observations = random(seed, channels: 4)
      let table = table(observations)
      let credit = MarkovCredit(table, order: order)
      let whole = probability(observations, order: order, without: nil)
      #expect(abs(credit.conversionProbability() - whole) < 1e-9)
      for (channel, effect) in zip(table.channels, credit.removalEffects()) {
        let rest = probability(observations, order: order, without: channel)
        #expect(abs(effect - (1 - rest / whole)) < 1e-8, "\(channel)")
      }
    }
  }

  /// v(A) = 1/10, v(B) = 4/10, v(AB) = (1 + 4 + 5) / 30 = ⅓. A adds 0.1 first and ⅓ − 0.4 last.
  @Test func `Shapley values, by hand`() {
    let values = ShapleyCredit(table([(["A"], 1, 9), (["B"], 4, 6), (["A", "B", "A"], 5, 5)]))
      .values
    #expect(abs(values[0] - (0.1 + (1.0 / 3 - 0.4)) / 2) < 1e-12)
    #expect(abs(values[1] - (0.4 + (1.0 / 3 - 0.1)) / 2) < 1e-12)
  }

  private func orders(_ channels: [String]) -> [[String]] {
    guard !channels.isEmpty else { return [[]] }
    return channels.flatMap { first in orders(channels.filter { $0 != first }).map { [first] + $0 }
    }
  }

  @Test func `Shapley values agree with going through all orders`() {
    for seed in 1...6 as ClosedRange<UInt64> {
      let observations = random(seed, channels: 5)
      let table = table(observations)
      func rate(_ channels: ArraySlice<String>) -> Double {
        let met = observations.filter { $0.path.allSatisfy { channels.contains($0) } }
        let people = met.reduce(0) { $0 + $1.conversions + $1.others }
        return people == 0 ? 0 : Double(met.reduce(0) { $0 + $1.conversions }) / Double(people)
      }
      var sums: [String: Double] = [:]
      let all = orders(table.channels)
      for order in all {
        for place in order.indices {
          sums[order[place], default: 0] += rate(order[...place]) - rate(order[..<place])
        }
      }
      for (channel, value) in zip(table.channels, ShapleyCredit(table).values) {
        #expect(abs(value - (sums[channel] ?? 0) / Double(all.count)) < 1e-9, "\(channel)")
      }
    }
  }

  @Test func `weights are there once there is enough to learn from`() throws {
    var learner = CreditLearner(.markov(order: 1))
    let small = table([(["A", "B"], 99, 500)])
    #expect(learner.weights(from: small, version: 1) == nil)
    #expect(learner.weights(from: table([(["A"], 500, 99)]), version: 1) == nil)
    let large = table([(["B", "A"], 300, 300), (["A"], 50, 400), (["C"], 0, 200)])
    let weights = try #require(learner.weights(from: large, version: 3))
    #expect(weights.version == 3 && weights.channels.map(\.name) == ["A", "B", "C"])
    #expect(weights.channels.map(\.weight).max() == 1_000_000)
    #expect(weights.channels[2].weight == 0)
    #expect(weights.other == weights.channels.reduce(0) { $0 + $1.weight } / 3)
    learner.method = .shapley
    #expect(learner.weights(from: large, version: 3) != nil)
    #expect(learner.weights(from: table([(["A"], 0, 400)]), version: 3) == nil)
  }

  @Test func `what is taken back was never there`() throws {
    var corrected = table([(["A", "B"], 5, 5)])
    corrected.add(["C"], isConversion: false, count: 4)
    corrected.add(["A", "B"], isConversion: true, count: -2)
    corrected.add(["A", "C", "B"], isConversion: true, count: 2)
    let direct = table([(["A", "B"], 3, 5), (["C"], 0, 4), (["A", "C", "B"], 2, 0)])
    #expect(
      MarkovCredit(corrected).removalEffects() == MarkovCredit(direct).removalEffects())
    #expect(corrected.top(5).map(\.path) == [["A", "B"], ["A", "C", "B"]])
    try StateChecks.expectSound(corrected)
  }

  @Test func `limits hold`() {
    var table = PathTable()
    for number in 0..<PathTable.channelLimit + 20 {
      table.add(["channel \(number)"], isConversion: true)
    }
    #expect(table.channels.count == PathTable.channelLimit)
    #expect(table.channels.last == PathTable.other)
    table.add((0..<40).map { "channel \($0)" }, isConversion: false)
    #expect(table.entries.last?.path.count == PathTable.longest)
    #expect(table.conversions == PathTable.channelLimit + 20 && table.others == 1)
  }
}
