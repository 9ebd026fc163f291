internal import Attribution
internal import Formats
internal import Insights

/// A conversion rule of which Insights has to know who left without converting.
struct LearnedRule: Sendable {
  /// Index of the rule in the rule set.
  let rule: Int
  /// Index of its report in the plan.
  let report: Int
  /// How long nothing may come after a touchpoint.
  let span: TimeSpan
  /// How long after the touchpoint that is decided: what is late by no more than is accepted counts.
  let decidedAfter: TimeSpan

  /// Those of `plan` that somebody wants to learn from.
  static func all(in plan: InsightsPlan?, _ rules: RuleSet) -> [LearnedRule] {
    var all: [LearnedRule] = []
    for (index, shape) in (plan?.reports ?? []).enumerated() where shape.learner != nil {
      guard let rule = rules.conversions.firstIndex(where: { $0.name == shape.conversion }) else {
        continue
      }
      let span = rules.conversions[rule].longestLookback
      all.append(
        LearnedRule(
          rule: rule, report: index, span: span, decidedAfter: span + rules.time.lateAccept))
    }
    return all
  }

  /// The minute of stream time in which it is decided whether a touchpoint at `time` was the last.
  func minute(of time: EventTime) -> Int64 { InsightsRecord.minute(of: time + decidedAfter) }
}

// Departures: whoever leaves without converting is said to have, once, by the record that brings the
// minute in which that is decided, and as of that minute. What is said depends on the journey as it is
// then, and on the stream time before and after the record: on the log, and not on when anybody
// looked.
extension JourneyMachine {
  private struct DecidedDeparture {
    let minute: Int64
    let report: Int
    let time: EventTime
    let path: Path
  }

  /// Stream time moves on to `time` with the record at `offset`, if it is not there yet.
  mutating func moveOn(to time: EventTime, _ offset: Int64) {
    let former = streamTime
    streamTime = max(streamTime, time)
    let emits = offset >= emitsFrom
    if !learnedRules.isEmpty, streamTime > former { decideDepartures(since: former, emits: emits) }
    if emits { facts?.note(streamTime) }
  }

  private mutating func decideDepartures(since former: EventTime, emits: Bool) {
    let before = InsightsRecord.minute(of: former)
    let now = InsightsRecord.minute(of: streamTime)
    guard now > before else { return }
    var due = departures.take(after: before, through: now)
    if due.count > 1 { due.sort { journeys.key(at: $0) < journeys.key(at: $1) } }
    var decided: [DecidedDeparture] = []
    for index in due {
      if emits { decided += decidedDepartures(at: index, after: before, through: now) }
      awaitDeparture(at: index)
    }
    // The same whether one record brings several minutes or each has its own.
    let order = decided.indices.sorted { (decided[$0].minute, $0) < (decided[$1].minute, $1) }
    for departure in order.lazy.map({ decided[$0] }) {
      facts?.note(EventTime(milliseconds: departure.minute * InsightsRecord.minute.milliseconds))
      facts?.addDeparture(departure.path, at: departure.time, ofReport: departure.report)
    }
  }

  private mutating func decidedDepartures(
    at index: Int, after start: Int64, through end: Int64
  ) -> [DecidedDeparture] {
    var decided: [DecidedDeparture] = []
    for learned in learnedRules {
      for touchpoint in journeys[index].touchpoints.indices
      where journeys[index].isLastTouch(at: touchpoint, within: learned.span) {
        let time = journeys[index].touchpoints[touchpoint].time
        let minute = learned.minute(of: time)
        guard minute > start, minute <= end,
          let path = journeys[index].departure(
            after: touchpoint, of: learned.rule, rules: rules, profiles: &profiles)
        else { continue }
        decided.append(
          DecidedDeparture(minute: minute, report: learned.report, time: time, path: path))
      }
    }
    return decided
  }

  /// Sees to it that the journey at `index` is looked at when the next of its paths is decided.
  mutating func awaitDeparture(at index: Int) {
    guard !learnedRules.isEmpty else { return }
    let now = InsightsRecord.minute(of: streamTime)
    for learned in learnedRules {
      for touchpoint in journeys[index].touchpoints.indices {
        let minute = learned.minute(of: journeys[index].touchpoints[touchpoint].time)
        guard minute > now, journeys[index].isLastTouch(at: touchpoint, within: learned.span)
        else { continue }
        departures.remind(of: index, in: minute)
        break
      }
    }
  }

  /// Removes the journey at `index`, whose profiles have been given back.
  mutating func remove(at index: Int, isSaved: Bool = false) {
    journeys.remove(at: index, isSaved: isSaved)
    departures.forget(index)
  }
}
