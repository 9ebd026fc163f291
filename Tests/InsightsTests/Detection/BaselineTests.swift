import Attribution
import Testing

@testable import Insights

/// What is expected: delays, cohorts, seasons, rates and dispersion.
@Suite struct BaselineTests {
  @Test(arguments: [1, 2, 5, 17, 240, 1_440, 2_880])
  func `every delay has one bucket`(longest: Int) {
    let buckets = DelayBuckets(longest: longest)
    #expect(buckets.edges.first == 0 && buckets.longest == longest)
    for delay in 0..<longest {
      let bucket = buckets.bucket(of: delay)
      #expect(buckets.edges[bucket] <= delay && delay < buckets.edges[bucket + 1])
    }
    #expect(buckets.bucket(of: longest + 5) == buckets.count - 1)
    #expect(buckets.count < 32)
  }

  @Test func `what is due is the sum over everybody who entered`() {
    var dice = Dice(seed: 3)
    let buckets = DelayBuckets(longest: 60)
    var delays = DelayDistribution(buckets: buckets)
    for _ in 0..<500 { delays.add(bucket: dice.below(buckets.count)) }
    delays.settle(parent: nil, keep: 1)
    var ring = CohortRing(buckets: buckets)
    var masses: [Double] = []
    for bin in 0..<200 {
      masses.append(bin % 7 == 0 ? 0 : Double(dice.below(50)))
      ring.close(Int64(1_000 + bin), mass: masses[bin])
      var (fast, slow) = (0.0, 0.0)
      for (entered, mass) in masses.enumerated() where bin - entered < buckets.longest {
        let bucket = buckets.bucket(of: bin - entered)
        let width = Double(buckets.edges[bucket + 1] - buckets.edges[bucket])
        let part = mass * delays.shares[bucket] / width
        if bucket < delays.slowFrom { fast += part } else { slow += part }
      }
      let due = ring.due(delays, buckets)
      #expect(abs(due.fast - fast) < 1e-9 && abs(due.slow - slow) < 1e-9, "bin \(bin)")
    }
  }

  @Test(arguments: [0, 5, 29, 30, 38, 39] as [Int64])
  func `who is heard of late is due from then on as if nothing had been missed`(bin late: Int64) {
    let buckets = DelayBuckets(longest: 30)
    var delays = DelayDistribution(buckets: buckets)
    delays.settle(parent: nil, keep: 1)
    var whole = CohortRing(buckets: buckets)
    var ring = CohortRing(buckets: buckets)
    for bin in 0..<40 as Range<Int64> {
      whole.close(bin, mass: bin == late ? 9 : 2)
      ring.close(bin, mass: 2)
    }
    ring.add(7, at: late)
    for bin in 40..<80 as Range<Int64> {
      whole.close(bin, mass: 1)
      ring.close(bin, mass: 1)
      let (due, expected) = (ring.due(delays, buckets), whole.due(delays, buckets))
      #expect(abs(due.fast - expected.fast) < 1e-9 && abs(due.slow - expected.slow) < 1e-9)
    }
  }

  @Test func `after a gap nobody who entered before is due`() {
    let buckets = DelayBuckets(longest: 30)
    var delays = DelayDistribution(buckets: buckets)
    delays.settle(parent: nil, keep: 1)
    var ring = CohortRing(buckets: buckets)
    for bin in 0..<20 { ring.close(Int64(bin), mass: 9) }
    ring.removeAll()
    ring.close(31, mass: 0)
    #expect(ring.due(delays, buckets) == (0, 0))
    ring.close(32, mass: 2)
    let due = ring.due(delays, buckets)
    #expect(due.fast + due.slow > 0 && due.fast + due.slow < 2)
  }

  @Test func `a segment's delays begin as its parent's and become its own`() {
    let buckets = DelayBuckets(longest: 16)
    var parent = DelayDistribution(buckets: buckets)
    for _ in 0..<1_000 { parent.add(bucket: 1) }
    parent.settle(parent: nil, keep: 1)
    var segment = DelayDistribution(buckets: buckets)
    segment.settle(parent: parent, keep: 1)
    #expect(segment.shares[1] > 0.98)
    for _ in 0..<2_000 { segment.add(bucket: 5) }
    segment.settle(parent: parent, keep: 1)
    #expect(segment.shares[5] > 0.95)
    #expect(abs(segment.shares.reduce(0, +) - 1) < 1e-9)
    #expect(segment.slowFrom == 6 && parent.slowFrom == 2)
  }

  @Test func `delays that were written and read go on to the last bit`() throws {
    var dice = Dice(seed: 9)
    let buckets = DelayBuckets(longest: 120)
    var delays = DelayDistribution(buckets: buckets)
    var restored = delays
    for hour in 0..<200 {
      #expect(restored.slowFrom == delays.slowFrom)
      restored = try StateChecks.read(DelayDistribution.self, StateChecks.bytes(restored))
      for _ in 0..<dice.below(40) {
        let bucket = dice.below(buckets.count)
        delays.add(bucket: bucket)
        restored.add(bucket: bucket)
      }
      delays.settle(parent: nil, keep: 0.97)
      restored.settle(parent: nil, keep: 0.97)
      #expect(restored.shares == delays.shares && restored.evidence == delays.evidence, "\(hour)")
    }
  }

  @Test func `seasons are learned, and hours hardly seen go by their day`() {
    var seasons = SeasonalFactors(prior: 30)
    // Evenings are half as high again, weekends a fifth lower, for four weeks.
    func truth(_ hour: Int64) -> Double {
      (hour % 24 >= 18 ? 1.5 : 1) * (hour / 24 % 7 >= 5 ? 0.8 : 1)
    }
    for hour in 0..<Int64(4 * 168) {
      let expected = 200 * seasons.factor(at: middle(hour))
      seasons.learn(hour: hour, observed: 200 * truth(hour), expected: expected)
    }
    let evening = seasons.factor(at: middle(4 * 168 + 20))
    let morning = seasons.factor(at: middle(4 * 168 + 9))
    let weekend = seasons.factor(at: middle(4 * 168 + 5 * 24 + 9))
    #expect(abs(evening / morning - 1.5) < 0.05)
    #expect(abs(weekend / morning - 0.8) < 0.03)
    // Between two hours there is no step.
    let six = EventTime(milliseconds: (4 * 168 + 18) * 3_600_000)
    let between = seasons.factor(at: six)
    #expect(morning < between && between < evening)
  }

  private func middle(_ hour: Int64) -> EventTime {
    EventTime(milliseconds: hour * 3_600_000 + 1_800_000)
  }

  @Test func `rates are shrunk while young, forget, and take a new level at once`() {
    var rate = RateEstimate(prior: 40)
    #expect(rate.value == 1)
    rate.learn(observed: 5, exposure: 10, keep: 1)
    #expect(rate.value == 0.9)
    for _ in 0..<200 { rate.learn(observed: 50, exposure: 100, keep: 0.9) }
    #expect(abs(rate.value - 0.519) < 0.001)
    let before = rate.value
    rate.accept(ratio: 0.6)
    #expect(abs(rate.value - before * 0.6) < 1e-9)
  }

  @Test func `an hour that is far off teaches no more than three deviations`() {
    #expect(RateEstimate.tamed(103, expected: 100, dispersion: 1) == 103)
    #expect(abs(RateEstimate.tamed(0, expected: 99, dispersion: 1) - 69) < 1e-9)
    #expect(abs(RateEstimate.tamed(900, expected: 99, dispersion: 4) - 158.7) < 0.1)
  }

  @Test(arguments: [1.0, 6])
  func `dispersion is found, and one incident does not make it`(truth: Double) {
    var dice = Dice(seed: 11)
    var dispersion = Dispersion(blockVariance: 50)
    func add(_ blocks: Int, shift: Double) {
      for _ in 0..<blocks * 20 {
        // A uniform number of variance `truth` × 5 around 5.
        let spread = (12 * truth * 5).squareRoot()
        let observed = 5 + spread * (dice.fraction() - 0.5) + shift
        dispersion.add(observed: observed, expected: 5, variance: 5)
      }
    }
    add(3_000, shift: 0)
    let before = dispersion.value
    #expect(abs(before / truth - 1) < 0.25, "\(before)")
    add(4, shift: -4)
    #expect(dispersion.value < before * 1.6)
  }

  @Test func `the state survives as bytes`() throws {
    let buckets = DelayBuckets(longest: 20)
    var seasons = SeasonalFactors(prior: 3)
    seasons.learn(hour: 5, observed: 3, expected: 4)
    try StateChecks.expectSound(seasons, step: 97)
    var ring = CohortRing(buckets: buckets)
    ring.close(5, mass: 2.5)
    try StateChecks.expectSound(ring)
    var delays = DelayDistribution(buckets: buckets)
    delays.add(bucket: 2)
    delays.settle(parent: nil, keep: 0.5)
    try StateChecks.expectSound(delays)
    var history = BinHistory()
    try StateChecks.expectSound(history)
    history.close(4, .init(entered: 3, observed: 2, expected: 1.5))
    try StateChecks.expectSound(history, step: 101)
    try StateChecks.expectSound(RateEstimate(prior: 2))
    try StateChecks.expectSound(Effect(ratio: 0.5))
    try StateChecks.expectSound(SlowEffect())
  }
}
