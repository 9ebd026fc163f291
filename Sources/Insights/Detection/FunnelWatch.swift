package import Attribution

/// Watches one funnel: every transition in all and in every segment, the number of people who begin,
/// and whether the trackers of its steps are alive.
///
/// Facts count when they come: in the bin that is open then, unless they are said to be late. Time is
/// what `advance(to:)` says, and it moves whether facts come or not. State is a function of both, in
/// their order.
package struct FunnelWatch: Sendable {
  package let outline: FunnelOutline
  package let settings: AlertSettings
  /// This funnel's share of the installation's budget.
  package let falseAlarmsPerWeek: Double
  package internal(set) var transitions: [TransitionWatch]
  /// Events of each step, whether part of an attempt or not.
  package internal(set) var volumes: [CountWatch]
  /// Events of each step that belong to no attempt: repeats, and people whose earlier step was not
  /// heard of.
  package internal(set) var strays: [CountWatch]
  /// Open incidents, each in one of them: what is told together. In the order in which they began.
  package internal(set) var breakages: [Breakage] = []
  private var openBin: Int64?
  private var currency: String?

  /// Bins that a person may take from one step to the next and still be waited for. Later arrivals
  /// are counted in reports, and judged by nobody.
  package static let longestDelay = 2_880
  /// Bins without a word after which what came before says nothing about what comes now.
  package static let longestGap: Int64 = 20_160
  private static let shortestBin = TimeSpan.minutes(1)
  private static let longestBin = TimeSpan.minutes(10)

  /// Watches the funnel within `falseAlarmsPerWeek`, its share of the budget. Everything watched gets
  /// the same share: the budget over the number of funnels, and one more for data quality.
  package init(outline: FunnelOutline, settings: AlertSettings, falseAlarmsPerWeek: Double) {
    self.outline = outline
    self.settings = settings
    self.falseAlarmsPerWeek = falseAlarmsPerWeek
    let length = FunnelWatch.binLength(outline.within).milliseconds
    let bins = (outline.within.milliseconds + length - 1) / length
    let buckets = DelayBuckets(longest: min(FunnelWatch.longestDelay, Int(bins)))
    transitions = (1..<outline.steps.count).map { _ in
      TransitionWatch(buckets: buckets, dimensions: outline.dimensions.count)
    }
    volumes = outline.steps.map { _ in CountWatch.volume }
    strays = volumes
  }

  /// A minute where two days of minutes are long enough; whole minutes, up to ten, for longer funnels.
  private static func binLength(_ within: TimeSpan) -> TimeSpan {
    let minute = shortestBin.milliseconds
    let wanted = within.milliseconds / Int64(longestDelay)
    return min(longestBin, max(shortestBin, .init(milliseconds: wanted / minute * minute)))
  }

  /// Whether it is too early for some transition to be judged: findings do not count yet.
  package var isYoung: Bool { transitions.contains { $0.age < TransitionWatch.coldStart } }

  package var binLength: TimeSpan { FunnelWatch.binLength(outline.within) }

  /// Takes in what somebody did.
  package mutating func record(_ fact: FunnelFact) {
    switch fact {
    case .seen(let step):
      guard volumes.indices.contains(step) else { return }
      volumes[step].add(1)
      strays[step].add(1)
    case .reached(let reached): record(reached, count: 1)
    case .retracted(let reached): record(reached, count: -1)
    }
  }

  /// Takes in what somebody did long ago, of whom it was not known that anything was missing: if it
  /// was in a bin that is closed, it is no news. Who entered then is still due to some part.
  package mutating func recordLate(_ fact: FunnelFact) {
    switch fact {
    case .seen: return
    case .reached(let reached): recordLate(reached, fact, count: 1)
    case .retracted(let reached): recordLate(reached, fact, count: -1)
    }
  }

  private mutating func recordLate(_ reached: StageReached, _ fact: FunnelFact, count: Double) {
    let bin = reached.time.milliseconds / binLength.milliseconds
    guard let openBin, bin < openBin else { return record(fact) }
    guard transitions.indices.contains(reached.stage) else { return }
    transitions[reached.stage].enter(segments: reached.segments, count: count, late: bin)
  }

  private mutating func record(_ reached: StageReached, count: Double) {
    if strays.indices.contains(reached.step) { strays[reached.step].add(-count) }
    if transitions.indices.contains(reached.stage) {
      transitions[reached.stage].enter(segments: reached.segments, count: count)
    }
    guard let origin = reached.origin, transitions.indices.contains(reached.stage - 1) else {
      return
    }
    let length = binLength.milliseconds
    let delay = reached.time.milliseconds / length - origin.time.milliseconds / length
    currency = reached.currency ?? currency
    transitions[reached.stage - 1].arrive(
      segments: origin.segments, delay: Int(delay), value: reached.value?.approximate,
      count: count)
  }

  /// Moves time on. Returns what there is to say, in order of time.
  package mutating func advance(to time: EventTime) -> [Alert] {
    let length = binLength.milliseconds
    let bin = time.milliseconds / length
    guard time.milliseconds >= 0, let open = openBin else {
      if openBin == nil, time.milliseconds >= 0 { openBin = bin }
      return []
    }
    guard bin > open else { return [] }
    if bin - open > FunnelWatch.longestGap {
      skip()
      openBin = bin
      return []
    }
    var alerts: [Alert] = []
    for closing in open..<bin { close(closing, &alerts) }
    openBin = bin
    return alerts
  }

  private mutating func skip() {
    for index in transitions.indices { transitions[index].skip() }
    for index in volumes.indices {
      volumes[index].skip()
      strays[index].skip()
    }
  }

  private mutating func close(_ bin: Int64, _ alerts: inout [Alert]) {
    let occasion = Occasion(
      bin: bin, time: EventTime(milliseconds: (bin + 1) * binLength.milliseconds),
      binLength: binLength, falseAlarms: falseAlarmsPerWeek / Double(transitions.count + 1),
      acceptLevelAfter: settings.acceptLevelAfter, renotify: settings.renotify)
    let middle = EventTime(
      milliseconds: bin * binLength.milliseconds + binLength.milliseconds / 2)
    for index in transitions.indices { transitions[index].close(bin, middle: middle) }
    for index in volumes.indices {
      volumes[index].close(bin, middle: middle)
      strays[index].close(bin, middle: middle)
    }
    alerts += tell(judgeTransitions(occasion) + judgeVolumes(occasion), occasion)
    guard occasion.isFullHour else { return }
    let hour = SeasonalFactors.hour(of: occasion.start(of: bin))
    for index in transitions.indices { transitions[index].learn(hour: hour) }
    for index in volumes.indices {
      volumes[index].learn(hour: hour)
      strays[index].learn(hour: hour)
    }
  }

  private mutating func judgeTransitions(_ occasion: Occasion) -> Changes {
    let (volume, strays) = (volumes[0], strays)
    return transitions.indices.compactMap { index in
      let surroundings = Surroundings(
        isNextStepUnheard: { bin in
          strays.dropFirst(index + 2).contains { $0.isUnusuallyHigh(since: bin) }
        },
        isVolumeDown: { bin in volume.isLow(since: bin) })
      return transitions[index].judge(occasion, surroundings).map { (.transition(index), $0) }
    }
  }

  private mutating func judgeVolumes(_ occasion: Occasion) -> Changes {
    // The number of those who begin is news; how many come further is a matter of transitions.
    let later = strays.dropFirst()
    let change = volumes[0].judge(occasion) { finding in
      guard finding.direction == .drop else { return .volumeSpike }
      let isSilent = finding.observed <= TransitionWatch.silence * finding.expected
      return isSilent && later.contains { $0.isUnusuallyHigh(since: finding.start) }
        ? .trackingOutage : .volumeDrop
    }
    return change.map { [(.beginning, $0)] } ?? []
  }

  /// The currency that completions were last paid in.
  var lastCurrency: String? { currency }
}

extension Amount {
  /// For estimates of what is lost; never for money that somebody is credited with.
  var approximate: Double { Double(units) / Double(Amount.powersOfTen[Int(scale)]) }
}

extension FunnelWatch {
  /// Appends everything that the watch has learned and is in the middle of.
  package func write(to writer: inout ByteWriter) {
    writer.write(parts: transitions)
    writer.write(parts: volumes)
    writer.write(parts: strays)
    writer.write(parts: breakages)
    writer.write(flag: openBin != nil)
    if let openBin { writer.write(signed: openBin) }
    writer.write(optionalText: currency)
  }

  /// Goes on where a watch of the same funnel was. What was learned for another shape of the funnel,
  /// with other steps, dimensions or spans, is not taken up.
  package mutating func restore(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    let transitions: [TransitionWatch] = try reader.readParts()
    let volumes: [CountWatch] = try reader.readParts()
    let strays: [CountWatch] = try reader.readParts()
    let breakages: [Breakage] = try reader.readParts()
    let openBin = try reader.readFlag() ? reader.readSigned() : nil
    let currency = try reader.readOptionalText()
    guard transitions.map(\.shape) == self.transitions.map(\.shape),
      volumes.count == self.volumes.count, strays.count == self.strays.count
    else { return }
    self.strays = strays
    (self.transitions, self.volumes, self.openBin) = (transitions, volumes, openBin)
    self.breakages = breakages
    self.currency = currency
    guard areBreakagesConsistent else { throw ByteReader.Malformed() }
  }
}

extension TransitionWatch {
  /// What has to be the same for one watch's memory to be of use to another.
  fileprivate var shape: [Int] { [buckets.longest, dimensions.count] }
}
