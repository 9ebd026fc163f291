package import Attribution

/// One transition of a funnel, of everybody or of one segment: who entered, who arrived, and what
/// to expect.
package struct ConversionStream: Sendable {
  /// What the last bin brought.
  package struct Closed: Hashable, Sendable {
    package var counts = BinHistory.Counts()
    package var fast = 0.0
    package var dueFast = 0.0
  }

  /// What an hour brought.
  package struct Hour: Hashable, Sendable {
    package var observed = 0.0
    /// Expected at a level of one, the season and the segments' own rates included.
    package var due = 0.0
    package var entered = 0.0
    /// Sum of the values of completions that have one, and how many those are.
    package var value = 0.0
    package var valued = 0.0
  }

  /// The rate: of everybody, the level; of a segment, how it compares with its parent.
  package private(set) var rate: RateEstimate
  package private(set) var delays: DelayDistribution
  package internal(set) var judge: StreamJudge
  /// Completions per entry, as a report would say it.
  package private(set) var plainRate = RateEstimate(prior: 0)
  /// What a completion is worth on average: a sum over a count.
  package private(set) var worth = RateEstimate(prior: 0)

  private var cohorts: CohortRing
  private var mass = 0.0
  private var entered = 0.0
  private var fast = 0.0
  private var slow = 0.0
  /// What the open hour brought so far, as far as it is to be learned from.
  package private(set) var hour = Hour()
  package private(set) var closed = Closed()

  /// `prior` is how many completions a segment has to show before it outweighs its parent; 0 for
  /// everybody.
  package init(buckets: DelayBuckets, prior: Double) {
    rate = RateEstimate(prior: prior)
    delays = DelayDistribution(buckets: buckets)
    cohorts = CohortRing(buckets: buckets)
    judge = StreamJudge(ratios: StreamJudge.conversionRatios, hasDelays: true)
  }

  /// Somebody entered, who is expected to arrive `mass` times as often as the level says.
  package mutating func enter(mass: Double, count: Double) {
    self.mass += mass * count
    entered += count
  }

  /// The same of somebody who entered in `bin`, which is closed.
  package mutating func enter(mass: Double, count: Double, late bin: Int64) {
    cohorts.add(mass * count, at: bin)
  }

  /// Somebody arrived. What takes it back has a `count` of −1 and teaches nothing.
  package mutating func arrive(
    bucket: Int, value: Double?, count: Double, isLearning: Bool
  ) {
    if bucket < delays.slowFrom { fast += count } else { slow += count }
    guard isLearning, count > 0 else { return }
    delays.add(bucket: bucket)
    if let value {
      hour.value += value
      hour.valued += 1
    }
  }

  /// Closes the open bin, in which everybody's rate is `level` times `season`.
  package mutating func close(
    _ bin: Int64, level: Double, season: Double, buckets: DelayBuckets, isLearning: Bool
  ) {
    cohorts.close(bin, mass: mass)
    let due = cohorts.due(delays, buckets)
    let rate = level * season
    closed = Closed(
      counts: BinHistory.Counts(
        entered: entered, observed: max(0, fast) + max(0, slow),
        expected: (due.fast + due.slow) * rate, slow: max(0, slow), slowDue: due.slow * rate),
      fast: max(0, fast), dueFast: due.fast * rate)
    // More was taken back than came: the rest is taken from the next bin.
    (fast, slow) = (min(0, fast), min(0, slow))
    (mass, entered) = (0, 0)
    judge.note(bin, closed.counts)
    guard isLearning else { return }
    hour.observed += closed.counts.observed
    hour.due += (due.fast + due.slow) * season
    hour.entered += closed.counts.entered
  }

  /// Learns from the open hour and begins another: `observed` came where a rate of one would have
  /// brought `exposure`.
  package mutating func learn(
    observed: Double, exposure: Double, parent: DelayDistribution?, memory: Memory
  ) {
    rate.learn(observed: observed, exposure: exposure, keep: memory.rate)
    plainRate.learn(observed: hour.observed, exposure: hour.entered, keep: memory.rate)
    worth.learn(observed: hour.value, exposure: hour.valued, keep: memory.rate)
    delays.settle(parent: parent, keep: memory.delays)
    hour = Hour()
  }

  /// The hour was not as usual: nothing is learned from it.
  package mutating func discardHour() {
    hour = Hour()
  }

  package mutating func accept(ratio: Double) {
    rate.accept(ratio: ratio)
    plainRate.accept(ratio: ratio)
  }

  /// The delays of an incident are the usual ones from now on.
  package mutating func acceptDelays() { delays.forget() }

  /// A gap was so long that nothing before it says anything about now.
  package mutating func skip() {
    cohorts.removeAll()
    judge.reset()
    judge.forgetHistory()
    discardHour()
    (mass, entered, fast, slow) = (0, 0, 0, 0)
  }

  /// Whether the parts are as large as `buckets` ask for.
  func fits(_ buckets: DelayBuckets) -> Bool {
    delays.shares.count == buckets.count && cohorts.capacity == buckets.longest + 1
      && judge.effects.count == StreamJudge.conversionRatios.count
  }

  /// How much of the past counts, an hour later.
  package struct Memory: Hashable, Sendable {
    package var rate: Double
    package var delays: Double

    /// Levels are remembered for a month, delays for two weeks (as the mean of an exponential
    /// decay); at the beginning only for half of what there was, because then the slow ones have
    /// not arrived yet, and rates look lower than they are.
    package init(ageInHours: Double) {
      rate = 1 - 1 / max(4, min(720, ageInHours / 2))
      delays = 1 - 1 / max(4, min(336, ageInHours / 2))
    }
  }
}

extension ConversionStream: StateBytes {
  package func write(to writer: inout ByteWriter) {
    rate.write(to: &writer)
    delays.write(to: &writer)
    judge.write(to: &writer)
    plainRate.write(to: &writer)
    worth.write(to: &writer)
    cohorts.write(to: &writer)
    writer.write(numbers: [
      mass, entered, fast, slow, hour.observed, hour.due, hour.entered, hour.value, hour.valued,
    ])
  }

  package init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    rate = try RateEstimate(from: &reader)
    delays = try DelayDistribution(from: &reader)
    judge = try StreamJudge(from: &reader)
    plainRate = try RateEstimate(from: &reader)
    worth = try RateEstimate(from: &reader)
    cohorts = try CohortRing(from: &reader)
    let numbers = try reader.readNumbers()
    guard numbers.count == 9 else { throw ByteReader.Malformed() }
    (mass, entered, fast, slow) = (numbers[0], numbers[1], numbers[2], numbers[3])
    hour = Hour(
      observed: numbers[4], due: numbers[5], entered: numbers[6], value: numbers[7],
      valued: numbers[8])
  }
}
