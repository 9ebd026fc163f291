package import Attribution

/// What all watches of one subject have in common while a bin is judged.
package struct Occasion: Sendable {
  package var bin: Int64
  /// The end of the bin.
  package var time: EventTime
  package var binLength: TimeSpan
  /// False alarms per week that one transition, or one count, may raise.
  package var falseAlarms: Double
  package var acceptLevelAfter: TimeSpan
  package var renotify: TimeSpan

  package var binsPerWeek: Double {
    Double(TimeSpan.days(7).milliseconds) / Double(binLength.milliseconds)
  }

  /// When `bin` began.
  package func start(of bin: Int64) -> EventTime {
    EventTime(milliseconds: bin * binLength.milliseconds)
  }

  /// Whether the bin ends an hour.
  package var isFullHour: Bool { time.milliseconds % TimeSpan.hours(1).milliseconds == 0 }
}

/// What is known besides, when something is found in a transition.
package struct Surroundings {
  /// Whether, since a bin, events of a later step came that belong to no attempt: people take the
  /// step, and nobody hears of it.
  let isNextStepUnheard: (Int64) -> Bool
  /// Whether, since a bin, nobody came at all, which is news of its own.
  let isVolumeDown: (Int64) -> Bool
}

extension TransitionWatch {
  /// Judges the bin that was closed.
  package mutating func judge(
    _ occasion: Occasion, _ surroundings: Surroundings
  ) -> Incident.Change? {
    if incident != nil { return follow(occasion, surroundings) }
    weigh(occasion.bin)
    guard let found = strongestFinding(occasion) else { return nil }
    if found.finding.direction == .drop, surroundings.isVolumeDown(found.finding.start) {
      return nil
    }
    let isEcho = found.finding.direction == .rise && occasion.bin < echoUntil
    if isEcho || occasion.bin < quietUntil || age < TransitionWatch.coldStart {
      resetJudges()
      return nil
    }
    begin(found.finding, isMostlySlow: found.isMostlySlow, occasion, surroundings)
    return .began
  }

  /// The finding that exceeds its threshold by most; everybody's first among equals.
  private func strongestFinding(
    _ occasion: Occasion
  ) -> (finding: Finding, isMostlySlow: Bool)? {
    var best: (finding: Finding, isMostlySlow: Bool)?
    let all = expectedPerBin
    func consider(_ stream: ConversionStream, evidence: Double) {
      guard stream.judge.mightHaveFinding,
        let finding = stream.judge.finding(
          falseAlarms: occasion.falseAlarms * stream.judge.expectedPerBin / all,
          binsPerWeek: occasion.binsPerWeek, evidence: evidence)
      else { return }
      let excess = finding.statistic - finding.threshold
      if let best, best.finding.statistic - best.finding.threshold >= excess { return }
      let counts = stream.judge.history.counts(since: finding.start)
      best = (
        finding, finding.direction == .drop && TransitionWatch.isMostlySlow(counts, enough: 3)
      )
    }
    consider(total, evidence: total.rate.evidence)
    for segments in dimensions {
      for stream in segments.streams { consider(stream, evidence: stream.rate.evidence) }
    }
    return best
  }

  /// Whether what is missing is fast arrivals alone: then people still come, only later.
  ///
  /// Those who entered before a step slowed down arrive as they would have, so slow arrivals are as
  /// many as were due. If people are lost, both are fewer by the same ratio ρ. The log-likelihood
  /// ratio of the first to the second, of Poisson counts, has to exceed `enough`. And some of the
  /// missing have to have come by now: right after a breakage the slow ones still come, too.
  private static func isMostlySlow(_ counts: BinHistory.Counts, enough: Double) -> Bool {
    let fastDue = counts.expected - counts.slowDue
    guard fastDue > 0, counts.slow > counts.slowDue else { return false }
    let ratio = min(1, max(0.02, (counts.observed - counts.slow) / fastDue))
    return -counts.slow * Mathematics.log(ratio) - counts.slowDue * (1 - ratio) > enough
  }

  private mutating func begin(
    _ finding: Finding, isMostlySlow: Bool, _ occasion: Occasion, _ surroundings: Surroundings
  ) {
    var finding = finding
    if isMostlySlow { finding.direction = .slower }
    let kind: Alert.Kind
    switch finding.direction {
    case .rise: kind = .conversionRise
    case .slower: kind = .slowStep
    case .drop:
      let isSilent = finding.observed <= TransitionWatch.silence * finding.expected
      kind =
        isSilent && surroundings.isNextStepUnheard(finding.start)
        ? .trackingOutage : .conversionDrop
    }
    let explanation = explain(since: finding.start, kind)
    incident = Incident(
      kind: kind, explanation: explanation, finding: finding,
      startedAt: occasion.start(of: finding.start), at: occasion.time,
      counts: counts(in: explanation, since: finding.start),
      whole: total.judge.history.counts(since: finding.start))
    resetJudges()
  }

  /// Which segments it is in, by what came since `bin`.
  private func explain(since bin: Int64, _ kind: Alert.Kind) -> Explanation {
    if kind == .slowStep {
      return Explanation(
        total: TransitionWatch.slowCounts(total),
        dimensions: dimensions.map { $0.streams.map(TransitionWatch.slowCounts) },
        isDrop: false, dispersion: total.judge.slow?.excess ?? 1)
    }
    var explanation = explainByValues(since: bin, kind)
    explanation.refine(
      by: crosses.counts(since: bin, total, buckets), isDrop: !kind.isRise,
      dispersion: total.judge.dispersion(near: 0.5))
    return explanation
  }

  private func explainByValues(since bin: Int64, _ kind: Alert.Kind) -> Explanation {
    Explanation(
      total: total.judge.history.counts(since: bin),
      dimensions: dimensions.map { $0.streams.map { $0.judge.history.counts(since: bin) } },
      // Slow drift is common to all segments: between them it makes no difference.
      isDrop: !kind.isRise, dispersion: total.judge.dispersion(near: 0.5))
  }

  /// Slow arrivals since slowness was last unheard of, against what was due.
  private static func slowCounts(_ stream: ConversionStream) -> BinHistory.Counts {
    guard let sum = stream.judge.slow?.sum, sum.statistic > 0 else { return .init() }
    return BinHistory.Counts(observed: sum.observed, expected: sum.expected)
  }

  private func counts(in explanation: Explanation, since bin: Int64) -> BinHistory.Counts {
    guard explanation.cells.isEmpty else {
      return crosses.counts(in: explanation.cells, since: bin, total, buckets)
    }
    return counts(in: explanation.places, since: bin)
  }

  private func counts(in places: [SegmentPlace], since bin: Int64) -> BinHistory.Counts {
    guard !places.isEmpty else { return total.judge.history.counts(since: bin) }
    return places.reduce(BinHistory.Counts()) { sum, place in
      sum + dimensions[place.dimension].streams[place.value].judge.history.counts(since: bin)
    }
  }

  private mutating func follow(
    _ occasion: Occasion, _ surroundings: Surroundings
  ) -> Incident.Change? {
    guard var incident else { return nil }
    let bin = closedBin(in: incident.explanation)
    let dispersion =
      incident.kind == .slowStep
      ? total.judge.slow?.excess ?? 1 : total.judge.dispersion(near: incident.ratio)
    let isOver = incident.take(bin, number: occasion.bin, dispersion: dispersion)
    let isLasting = occasion.time - incident.startedAt >= occasion.acceptLevelAfter
    guard !isOver, !isLasting else {
      end(incident, accepting: !isOver, occasion)
      return .ended(isOver ? .recovered : .acceptedLevel)
    }
    let before = incident
    if occasion.isFullHour, incident.kind != .slowStep,
      occasion.bin - incident.start < BinHistory.capacity
    {
      let explanation = explain(since: incident.start, incident.kind)
      if explanation.isPlace(of: incident.explanation) {
        incident.explanation = explanation
      } else {
        move(&incident, to: explanation)
      }
    }
    if incident.kind == .conversionDrop { rename(&incident, surroundings) }
    incident.severity = max(incident.severity, incident.currentSeverity)
    let isNews =
      incident.severity > before.severity || incident.kind != before.kind
      || !incident.explanation.isPlace(of: before.explanation)
      || occasion.time - incident.notifiedAt >= occasion.renotify
    if isNews { incident.notifiedAt = occasion.time }
    self.incident = incident
    return isNews ? .updated : nil
  }

  private func move(_ incident: inout Incident, to explanation: Explanation) {
    incident.move(
      to: explanation, counts: counts(in: explanation, since: incident.start),
      whole: total.judge.history.counts(since: incident.start))
  }

  /// What looked like a loss of people may turn out to be a silent tracker, or people who take longer.
  private func rename(_ incident: inout Incident, _ surroundings: Surroundings) {
    if incident.ratio <= TransitionWatch.silence, surroundings.isNextStepUnheard(incident.start) {
      incident.kind = .trackingOutage
      return
    }
    // Of cells it is not known who was slow, so that is looked for in the values they are next to.
    let isInCells = !incident.explanation.cells.isEmpty
    let counts =
      isInCells
      ? counts(in: incident.explanation.places, since: incident.start) : incident.counts
    guard TransitionWatch.isMostlySlow(counts, enough: RunLength.lowestThreshold) else { return }
    if isInCells { move(&incident, to: explainByValues(since: incident.start, incident.kind)) }
    incident.kind = .slowStep
  }

  private func closedBin(in explanation: Explanation) -> Incident.Bin {
    let places = explanation.places
    var bin = Incident.Bin(counts: BinHistory.Counts(), whole: total.closed.counts)
    guard explanation.cells.isEmpty else {
      bin.counts = crosses.closed(in: explanation.cells, total, buckets)
      return bin
    }
    func add(_ closed: ConversionStream.Closed) {
      bin.counts = bin.counts + closed.counts
      let due = closed.dueFast + closed.counts.slowDue
      if due > 0 { bin.slowExpected += closed.counts.observed * closed.counts.slowDue / due }
    }
    if places.isEmpty { add(total.closed) }
    for place in places { add(dimensions[place.dimension].streams[place.value].closed) }
    return bin
  }

  /// Makes the level of the open incident, if there is one, what is expected from now on.
  mutating func acceptLevel(_ occasion: Occasion) {
    if let incident { end(incident, accepting: true, occasion) }
  }

  /// Bins after the end of a cause in which it still shows: people who were held up come then, or
  /// those who entered under another expectation.
  var echo: Int64 { Int64(2 * buckets.edges[total.delays.bucket(ofShare: 0.9) + 1] + 10) }

  /// The incident is over; `incident` stays until the alert is written.
  private mutating func end(_ incident: Incident, accepting: Bool, _ occasion: Occasion) {
    self.incident = incident
    resetJudges()
    echoUntil = occasion.bin + echo
    guard accepting else { return }
    quietUntil = occasion.bin + echo
    let ratio = max(0.001, incident.ratio)
    if incident.kind == .slowStep {
      acceptDelays()
    } else if incident.explanation.cells.isEmpty {
      accept(ratio: ratio, in: incident.explanation.places)
    } else {
      crosses.accept(ratio: ratio, in: incident.explanation.cells)
    }
  }
}
