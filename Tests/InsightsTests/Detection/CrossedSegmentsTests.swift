import Attribution
import Testing

@testable import Insights

/// What is remembered of those who have two values at once.
@Suite struct CrossedSegmentsTests {
  private let buckets = DelayBuckets(longest: 120)

  /// Half of those left come every four bins.
  private func learnedDelays() -> DelayDistribution {
    var delays = DelayDistribution(buckets: buckets)
    var dice = Dice(seed: 3)
    for _ in 0..<20_000 {
      var delay = 0
      while delay < 119, dice.fraction() < 0.84 { delay += 1 }
      delays.add(bucket: buckets.bucket(of: delay))
    }
    delays.settle(parent: nil, keep: 1)
    return delays
  }

  @Test func `as many are due as a stream of its own would say`() {
    let delays = learnedDelays()
    var ring = CohortRing(buckets: buckets)
    var cell = CrossedCell()
    var dice = Dice(seed: 5)
    var due = 0.0
    for bin in 0..<600 as Range<Int64> {
      // A burst in the middle.
      let count = Double(dice.poisson((250..<260).contains(bin) ? 40 : 3))
      for _ in 0..<Int(count) { cell.enter(mass: 1.5, count: 1, in: bin) }
      ring.close(bin, mass: 1.5 * count)
      let part = ring.due(delays, buckets)
      if bin >= 240 { due += part.fast + part.slow }
    }
    let said = cell.due(DueShares(in: 240..<600, delays, buckets))
    #expect(abs(said / due - 1) < 0.01, "\(said) of \(due)")
    #expect(cell.counts(inSlots: 0...119).entered > 1_800)
    // Of what was long ago nobody is due, and nothing is remembered.
    #expect(cell.due(DueShares(in: 800..<900, delays, buckets)) == 0)
    cell.enter(mass: 1, count: 1, in: 5_000)
    #expect(cell.counts(inSlots: 0...1_000).entered == 1)
  }

  @Test func `what is taken back leaves nothing behind`() {
    var cell = CrossedCell()
    cell.enter(mass: 1.25, count: 1, in: 7)
    cell.enter(mass: 1.25, count: -1, in: 8)
    cell.arrive(count: -1, in: 8)
    cell.arrive(count: 1, in: 9)
    #expect(cell.counts(inSlots: 0...1) == (0, 0))
    #expect(cell.counts(in: 8) == (0, 0) && cell.counts(in: 9) == (0, 1))
    #expect(cell.due(DueShares(in: 8..<20, learnedDelays(), buckets)) == 0)
    cell.enter(mass: 1, count: 1, late: 2)
    #expect(cell.counts(inSlots: 0...0).entered == 1)
  }

  @Test func `a cell and a table come back as they were, or are refused`() throws {
    var dice = Dice(seed: 8)
    var crosses = CrossedDimensions(dimensions: 3)
    crosses.close(0, isLearning: true)
    for bin in 1..<40 as Range<Int64> {
      for _ in 0..<3 {
        let entry = [dice.below(4), dice.below(3), dice.below(2)]
        crosses.enter(entry, mass: 1 + dice.fraction(), count: 1)
        crosses.arrive(entry, count: 1)
      }
      crosses.close(bin, isLearning: true)
    }
    try StateChecks.expectSound(crosses, step: 7)
    try StateChecks.expectSound(try #require(crosses.tables[0].cells.first))
    #expect(crosses.fits([4, 3, 2]) && !crosses.fits([4, 3]) && !crosses.fits([2, 3, 2]))
  }

  @Test func `cells beyond the limit are together, and are nobody's`() {
    var crosses = CrossedDimensions(dimensions: 2)
    crosses.close(0, isLearning: true)
    for first in 0..<20 {
      for second in 0..<20 { crosses.enter([first, second], mass: 1, count: 1) }
    }
    #expect(crosses.tables[0].cells.count == CrossedSegments.limit)
    #expect(crosses.tables[0].cells.last?.counts(in: 1).entered == 273)
    let counts = crosses.tables[0].counts(
      in: 0..<2, DueShares(in: 0..<2, learnedDelays(), buckets), whole: .init(expected: 400))
    #expect(counts.cells.count == CrossedSegments.limit - 1)
    #expect(abs(counts.cells.reduce(0) { $0 + $1.counts.expected } - 127) < 1e-6)
  }

  @Test func `a funnel of many dimensions crosses the first few`() {
    #expect(
      [0, 1, 2, 6, 9].map { CrossedDimensions(dimensions: $0).tables.count } == [0, 0, 1, 15, 15])
  }
}
