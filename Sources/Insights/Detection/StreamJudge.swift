package import Attribution

/// Judges one stream of counts, bin after bin, against what was expected of each.
package struct StreamJudge: Sendable {
  package private(set) var effects: [Effect]
  package private(set) var slow: SlowEffect?
  package private(set) var history = BinHistory()
  /// Expected arrivals per bin, lately.
  private var expectedSum = 0.0
  private var binSum = 0.0

  /// What a bin keeps of the weight of those before it: half after two weeks of minutes.
  private static let keep = 0.999_965
  /// Expected arrivals per week below which a stream is not watched: it could prove nothing.
  package static let fewestPerWeek = 20.0
  /// Expected, or for a rise observed, arrivals that a decision needs at least.
  package static let fewestForDecision = 8.0

  /// Watches for counts that are `ratios` times as high as expected, and for slow arrivals if
  /// `hasDelays`.
  package init(ratios: [Double], hasDelays: Bool) {
    effects = ratios.map { Effect(ratio: $0) }
    slow = hasDelays ? SlowEffect() : nil
  }

  /// What a stream of conversions is watched for: 20 and 50 % up and down, and 90 % down.
  package static let conversionRatios = [0.8, 0.5, 0.1, 1.2, 1.5]
  /// What the number of people is watched for: bursts are usual, only large changes are news.
  package static let volumeRatios = [0.5, 0.1, 2, 4]
  /// What the share of something unwelcome is watched for.
  package static let qualityRatios = [1.5, 3]

  /// Expected arrivals per bin, lately.
  package var expectedPerBin: Double { binSum > 0 ? expectedSum / binSum : 0 }

  /// Notes what a bin brought, without judging it.
  package mutating func note(_ bin: Int64, _ counts: BinHistory.Counts) {
    history.close(bin, counts)
    expectedSum = expectedSum * StreamJudge.keep + counts.expected
    binSum = binSum * StreamJudge.keep + 1
  }

  /// Weighs a bin that was noted. `evidence` is how many arrivals the expectation rests on.
  package mutating func judge(_ bin: Int64, _ counts: BinHistory.Counts, evidence: Double) {
    guard counts.expected > 0 || counts.observed > 0 else { return }
    for index in effects.indices {
      effects[index].judge(
        observed: counts.observed, expected: counts.expected, evidence: evidence, bin: bin)
      effects[index].learn(observed: counts.observed, expected: counts.expected)
    }
  }

  /// Weighs how long those took who arrived. `evidence` is how many arrivals the delays were learned
  /// from.
  package mutating func judgeDelays(
    _ bin: Int64, fast: Double, slow: Double, due: (fast: Double, slow: Double), evidence: Double
  ) {
    self.slow?.judge(fast: fast, slow: slow, due: due, evidence: evidence, bin: bin)
    self.slow?.learn(fast: fast, slow: slow, due: due)
  }

  /// Whether some evidence is large enough to be compared with a threshold.
  package var mightHaveFinding: Bool {
    effects.contains { $0.sum.statistic > RunLength.lowestThreshold }
      || slow?.sum.statistic ?? 0 > RunLength.lowestThreshold
  }

  /// The detector that exceeds its threshold by most, if one does. All together may raise
  /// `falseAlarms` in a week: each kind of effect its share, each size the same.
  package func finding(
    falseAlarms: Double, binsPerWeek: Double, evidence: Double
  ) -> Finding? {
    let perWeek = expectedPerBin * binsPerWeek
    guard perWeek >= StreamJudge.fewestPerWeek else { return nil }
    var best: Finding?
    func consider(
      _ sum: CumulativeSum, _ direction: Finding.Direction, information: Double, needed: Double,
      share: Double
    ) {
      guard sum.statistic > RunLength.lowestThreshold, needed >= StreamJudge.fewestForDecision
      else { return }
      let threshold = RunLength.threshold(
        information: perWeek * information, falseAlarms: falseAlarms * share)
      guard sum.statistic >= threshold else { return }
      if let best, best.statistic - best.threshold >= sum.statistic - threshold { return }
      best = Finding(
        direction: direction, statistic: sum.statistic, threshold: threshold, start: sum.start,
        observed: sum.observed, expected: sum.expected)
    }
    for effect in effects {
      consider(
        effect.sum, effect.isDrop ? .drop : .rise,
        information: effect.information / effect.dispersion(evidence: evidence),
        needed: effect.isDrop ? effect.sum.expected : effect.sum.observed,
        share: effect.isDrop ? dropShare : riseShare)
    }
    if let slow {
      consider(
        slow.sum, .slower, information: SlowEffect.information / slow.excess,
        needed: slow.sum.observed, share: StreamJudge.slowShare)
    }
    return best
  }

  /// Shares of the budget where all kinds are watched for. Nobody gets up for a rise.
  private static let slowShare = 0.15
  private static let allRisesShare = 0.1

  private var dropShare: Double {
    let others = (slow == nil ? 0 : StreamJudge.slowShare) + StreamJudge.allRisesShare
    return (1 - others) / Double(max(1, effects.count { $0.isDrop }))
  }

  private var riseShare: Double {
    let count = effects.count { !$0.isDrop }
    return (count == effects.count ? 1 : StreamJudge.allRisesShare) / Double(max(1, count))
  }

  /// Everything gathered so far is accounted for: begin anew.
  package mutating func reset() {
    for index in effects.indices { effects[index].reset() }
    slow?.reset()
  }

  /// The ratio of the first effect: the one that gathers evidence on the widest scale.
  package var firstRatio: Double { effects[0].ratio }

  package mutating func forgetHistory() { history.removeAll() }

  /// The dispersion on the scale of a change of `ratio`, or of the nearest that is watched for.
  package func dispersion(near ratio: Double) -> Double {
    let nearest = effects.min { ($0.ratio - ratio).magnitude < ($1.ratio - ratio).magnitude }
    return nearest?.dispersion.value ?? 1
  }
}

extension StreamJudge: StateBytes {
  package func write(to writer: inout ByteWriter) {
    writer.write(parts: effects)
    writer.write(flag: slow != nil)
    slow?.write(to: &writer)
    history.write(to: &writer)
    writer.write(numbers: [expectedSum, binSum])
  }

  package init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    effects = try reader.readParts()
    slow = try reader.readFlag() ? SlowEffect(from: &reader) : nil
    history = try BinHistory(from: &reader)
    let numbers = try reader.readNumbers()
    guard numbers.count == 2 else { throw ByteReader.Malformed() }
    (expectedSum, binSum) = (numbers[0], numbers[1])
  }
}
