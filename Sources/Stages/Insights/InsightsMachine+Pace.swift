internal import Attribution
internal import Formats
internal import Insights

// When what people did at funnels is judged: in its own minute, once everybody has been heard who is
// worth waiting for.
//
// As long as everybody is on time that is at once. Two things say that it is better to wait: sources
// that read a backlog, and many who are heard of late.
extension InsightsMachine {
  /// While a backlog is read, nobody knows in which order its parts come: how far it is judged
  /// behind the slowest source.
  static let racingAllowance = TimeSpan.hours(24)

  private var allowance: TimeSpan {
    sources.isRacing ? max(InsightsMachine.racingAllowance, lateness.allowance) : lateness.allowance
  }

  /// Whether something is read long after the rest of its time.
  private var isUneven: Bool { allowance > .zero }

  /// Takes in what somebody did at `time`: now, or when its minute comes.
  mutating func watch(_ fact: HeldFacts.Fact, at time: EventTime, of source: Int32?) {
    let minute = InsightsRecord.minute(of: time)
    if case .reached = fact.fact, let source, let now = sources.time(of: source) {
      lateness.add(minutes: InsightsRecord.minute(of: now) - minute)
    }
    let judged = InsightsRecord.minute(of: board.judgedTime)
    if minute > judged { return held.add(fact, at: minute) }
    let isLate = minute < judged && isUneven
    for _ in 0..<fact.count { board.watch(fact.fact, ofFunnel: fact.funnel, isLate: isLate) }
  }

  /// Judges as far as everybody has come who is waited for.
  mutating func judge() -> [InsightsBoard.Effect] {
    guard let awaited = sources.awaitedTime(records: nextOffset) else { return [] }
    let until = awaited - allowance
    let minute = InsightsRecord.minute(of: until)
    let isBegun = board.judgedTime != .distantPast || !sources.isRacing
    // Hours of which nothing is known yet are not hours without people.
    guard isBegun || held.first ?? .max <= minute else { return [] }
    var effects: [InsightsBoard.Effect] = []
    while let first = held.first, first <= minute { effects += judgeFirst() }
    return effects + board.judge(until: until)
  }

  /// Judges until the earliest minute of which something is held back, and takes that in.
  mutating func judgeFirst() -> [InsightsBoard.Effect] {
    guard let (minute, facts) = held.removeFirst() else { return [] }
    let time = EventTime(milliseconds: minute * InsightsRecord.minute.milliseconds)
    let effects = board.judge(until: time)
    for fact in facts {
      for _ in 0..<fact.count { board.watch(fact.fact, ofFunnel: fact.funnel) }
    }
    return effects
  }
}

extension FunnelFact {
  /// When it was; `nil` for what is said of the minute at hand.
  var time: EventTime? {
    switch self {
    case .seen: nil
    case .reached(let reached), .retracted(let reached): reached.time
    }
  }
}
