package import Attribution

/// Watches counts that come at once: how many people begin, or how many of so many events are bad.
///
/// What is expected of a bin is the level, times the season, times the bin's exposure: one for
/// every bin alike, or the number of events of which some may be bad.
package struct CountWatch: Sendable {
  package private(set) var judge: StreamJudge
  package internal(set) var incident: Incident?
  package private(set) var level = RateEstimate(prior: 0)
  private var seasons: SeasonalFactors
  private var age = 0.0
  private var observed = 0.0
  private var exposure: Double
  /// The exposure of a bin in which nothing is said about it.
  private let usualExposure: Double
  /// Hours after which findings count: a number of people varies so much over the week that two
  /// weeks have to be seen first, a share hardly.
  private let coldStart: Double
  /// What is expected at least: where nothing bad has ever happened, the first is no news yet.
  private let leastLevel: Double
  private var hourObserved = 0.0
  private var hourExposure = 0.0
  private var closed = BinHistory.Counts()

  /// A watch over the number of people, in itself.
  package static var volume: CountWatch {
    CountWatch(
      ratios: StreamJudge.volumeRatios, usualExposure: 1, seasonPrior: 10, coldStart: 336,
      leastLevel: 0)
  }

  /// A watch over the share of something.
  package static var share: CountWatch {
    CountWatch(
      ratios: StreamJudge.qualityRatios, usualExposure: 0, seasonPrior: 60, coldStart: 24,
      leastLevel: 0.001)
  }

  private init(
    ratios: [Double], usualExposure: Double, seasonPrior: Double, coldStart: Double,
    leastLevel: Double
  ) {
    self.coldStart = coldStart
    self.leastLevel = leastLevel
    judge = StreamJudge(ratios: ratios, hasDelays: false)
    seasons = SeasonalFactors(prior: seasonPrior)
    self.usualExposure = usualExposure
    exposure = usualExposure
  }

  private var expectedLevel: Double { max(level.value, leastLevel) }

  /// Arrivals that the expectation rests on.
  private var evidence: Double { max(level.evidence, level.exposure * leastLevel) }

  package mutating func add(_ count: Double) { observed += count }

  package mutating func add(exposure: Double) { self.exposure += exposure }

  package mutating func close(_ bin: Int64, middle: EventTime) {
    let season = seasons.factor(at: middle)
    closed = BinHistory.Counts(
      entered: exposure, observed: observed, expected: exposure * season * expectedLevel)
    judge.note(bin, closed)
    if incident == nil {
      hourObserved += observed
      hourExposure += exposure * season
    }
    observed = 0
    exposure = usualExposure
  }

  /// Judges the bin that was closed; `kind` says what a finding is, `nil` for nothing.
  package mutating func judge(
    _ occasion: Occasion, kind: (Finding) -> Alert.Kind?
  ) -> Incident.Change? {
    if incident != nil { return follow(occasion, kind: kind) }
    judge.judge(occasion.bin, closed, evidence: evidence)
    guard
      let finding = judge.finding(
        falseAlarms: occasion.falseAlarms, binsPerWeek: occasion.binsPerWeek,
        evidence: evidence)
    else { return nil }
    guard age >= coldStart, let kind = kind(finding) else {
      judge.reset()
      return nil
    }
    let counts = judge.history.counts(since: finding.start)
    incident = Incident(
      kind: kind, explanation: Explanation(), finding: finding,
      startedAt: occasion.start(of: finding.start), at: occasion.time, counts: counts,
      whole: counts)
    judge.reset()
    return .began
  }

  private mutating func follow(
    _ occasion: Occasion, kind: (Finding) -> Alert.Kind?
  ) -> Incident.Change? {
    guard var incident else { return nil }
    let before = incident.kind
    let isOver = incident.take(
      Incident.Bin(counts: closed, whole: closed), number: occasion.bin,
      dispersion: judge.dispersion(near: incident.ratio))
    let isLasting = occasion.time - incident.startedAt >= occasion.acceptLevelAfter
    if incident.kind == .volumeDrop {
      // By what is known now, it may be the tracker and not the people.
      var finding = incident.finding
      (finding.observed, finding.expected) = (incident.counts.observed, incident.counts.expected)
      incident.kind = kind(finding) ?? incident.kind
    }
    let worse = max(incident.severity, incident.currentSeverity)
    let isNews =
      incident.kind != before || worse > incident.severity
      || occasion.time - incident.notifiedAt >= occasion.renotify
    incident.severity = worse
    if isNews { incident.notifiedAt = occasion.time }
    self.incident = incident
    guard isOver || isLasting else { return isNews ? .updated : nil }
    guard !isOver else {
      judge.reset()
      return .ended(.recovered)
    }
    acceptLevel()
    return .ended(.acceptedLevel)
  }

  /// Makes the level of the open incident, if there is one, what is expected from now on.
  mutating func acceptLevel() {
    judge.reset()
    if let incident { level.accept(ratio: max(0.001, incident.ratio)) }
  }

  /// The alert about the end is written.
  mutating func clear() { incident = nil }

  /// The whole hour is over: learns from it unless it was part of an incident.
  package mutating func learn(hour: Int64) {
    defer { (hourObserved, hourExposure) = (0, 0) }
    guard incident == nil else { return }
    age += 1
    let memory = ConversionStream.Memory(ageInHours: age)
    let expected = hourExposure * level.value
    let dispersion = judge.dispersion(near: judge.firstRatio)
    var counted = hourObserved
    if age > coldStart {
      counted = RateEstimate.tamed(hourObserved, expected: expected, dispersion: dispersion)
      // Where much is usual, three deviations may be many times the expected.
      counted = min(2 * expected + 1, max(expected / 2 - 1, counted))
    }
    level.learn(observed: counted, exposure: hourExposure, keep: memory.rate)
    seasons.learn(hour: hour, observed: counted, expected: hourExposure * level.value)
  }

  /// Whether, since `bin`, less than half of what was expected came.
  package func isLow(since bin: Int64) -> Bool {
    let counts = judge.history.counts(since: bin)
    return counts.expected >= 5 && counts.observed < 0.5 * counts.expected
  }

  /// Whether, since `bin`, clearly more came than is usual.
  package func isUnusuallyHigh(since bin: Int64) -> Bool {
    let counts = judge.history.counts(since: bin)
    let usual = max(0, counts.expected)
    return counts.observed >= 5 && counts.observed > 3 * usual + 3 * usual.squareRoot()
  }

  package mutating func skip() {
    judge.reset()
    judge.forgetHistory()
    (observed, exposure, hourObserved, hourExposure) = (0, usualExposure, 0, 0)
  }
}

extension CountWatch: StateBytes {
  package func write(to writer: inout ByteWriter) {
    judge.write(to: &writer)
    writer.write(flag: incident != nil)
    incident?.write(to: &writer)
    level.write(to: &writer)
    seasons.write(to: &writer)
    writer.write(numbers: [
      age, observed, exposure, usualExposure, hourObserved, hourExposure, coldStart,
      leastLevel,
    ])
  }

  package init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    judge = try StreamJudge(from: &reader)
    incident = try reader.readFlag() ? Incident(from: &reader) : nil
    level = try RateEstimate(from: &reader)
    seasons = try SeasonalFactors(from: &reader)
    let numbers = try reader.readNumbers()
    guard numbers.count == 8, !judge.effects.isEmpty else { throw ByteReader.Malformed() }
    (age, observed, exposure) = (numbers[0], numbers[1], numbers[2])
    (usualExposure, hourObserved, hourExposure) = (numbers[3], numbers[4], numbers[5])
    (coldStart, leastLevel) = (numbers[6], numbers[7])
  }
}
