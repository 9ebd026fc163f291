internal import Attribution

/// Says an alert in one sentence that somebody who was just woken understands: what happened, where,
/// since when, what it costs, and where else it shows.
enum AlertSentence {
  /// What it is about is the step or the transition, unless `words` say it better.
  static func text(for alert: Alert, about words: String? = nil) -> String {
    let place = "\(capitalized(alert.subject)): \(words ?? what(alert))"
    let whom = whom(alert.suspects)
    let rest = "\(cost(alert))\(others(alert))."
    if alert.status == .resolved { return "\(place)\(whom) \(ending(alert))\(rest)" }
    let end = alert.lingersSince.map { " until \(moment($0))" } ?? ""
    return
      "\(place) \(happening(alert))\(whom) since \(moment(alert.startedAt))\(end)\(rest)"
  }

  private static func what(_ alert: Alert) -> String {
    alert.step.map { what($0, alert.nextStep) } ?? ""
  }

  private static func what(_ step: String, _ next: String?) -> String {
    next.map { "\(step) → \($0)" } ?? step
  }

  private static func happening(_ alert: Alert) -> String {
    let rates = "from \(percent(alert.expected.rate)) to \(percent(alert.observed.rate))"
    switch alert.kind {
    case .conversionDrop: return "fell \(rates)"
    case .conversionRise: return "rose \(rates)"
    case .slowStep: return "takes much longer than usual"
    case .volumeDrop: return "is down to \(percent(ratio(alert))) of the usual number"
    case .volumeSpike: return "is up to \(percent(ratio(alert))) of the usual number"
    case .trackingOutage:
      return "sends no events while later steps do: its tracker seems to be silent"
    case .dataQuality: return "rose \(rates)"
    }
  }

  private static func ratio(_ alert: Alert) -> Double {
    alert.expected.completed > 0 ? alert.observed.completed / alert.expected.completed : 0
  }

  private static func cost(_ alert: Alert) -> String {
    loss(alert.impact, alert.kind, of: alert.nextStep ?? alert.step ?? "event").map { "; \($0)" }
      ?? ""
  }

  private static func loss(
    _ impact: Alert.Impact, _ kind: Alert.Kind, of step: String
  ) -> String? {
    let lost = impact.lostConversions.rounded()
    guard lost >= 1, kind != .dataQuality, kind != .volumeSpike else { return nil }
    // Every one of them may just not have been recorded.
    let verb = kind == .trackingOutage ? "unseen" : kind == .slowStep ? "late" : "lost"
    var text = "about \(whole(lost)) \(step)"
    text += lost == 1 ? " \(verb)" : " events \(verb)"
    if let value = impact.lostValue, value >= 1, verb == "lost" {
      text += ", worth about \(whole(value.rounded()))"
      if let currency = impact.currency { text += " \(currency)" }
    }
    return text
  }

  private static func others(_ alert: Alert) -> String {
    alert.also.map { other in
      // What was over with the alert needs no time of its own.
      let end = other.resolvedAt.flatMap { $0 == alert.resolvedAt ? nil : $0 }
      var text = "; \(what(other.step, other.nextStep)) \(happening(other)), too"
      if let end { text += ", until \(moment(end))" }
      if let loss = loss(other.impact, other.kind, of: other.nextStep ?? other.step) {
        text += " (\(loss))"
      }
      return text
    }.joined()
  }

  private static func happening(_ other: Alert.Affected) -> String {
    let isOver = other.resolvedAt != nil
    switch other.kind {
    case .conversionDrop: return "fell"
    case .conversionRise, .dataQuality: return "rose"
    case .slowStep: return isOver ? "took longer" : "takes longer"
    case .volumeDrop: return isOver ? "was down" : "is down"
    case .volumeSpike: return isOver ? "was up" : "is up"
    case .trackingOutage: return isOver ? "was silent" : "is silent"
    }
  }

  private static func ending(_ alert: Alert) -> String {
    let since = "since \(moment(alert.startedAt))"
    switch alert.resolution {
    case .acceptedLevel:
      return "has stayed at a new level \(since), which is what is expected from now on"
    case .recovered, nil: return "is back to normal after trouble \(since)"
    }
  }

  private static func capitalized(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst()
  }

  static func percent(_ share: Double) -> String {
    guard share.magnitude < 1_000_000 else { return "– %" }
    let tenths = Int((share * 1_000).rounded())
    // Below ten per cent, the decimal says something.
    guard tenths < 100, tenths % 10 != 0 else { return "\(Int((share * 100).rounded())) %" }
    return "\(tenths / 10).\(tenths % 10) %"
  }

  /// A whole number with commas between thousands.
  static func whole(_ number: Double) -> String {
    guard number.magnitude < 1e15 else { return "–" }
    var rest = String(Int(number))[...]
    var groups: [Substring] = []
    while rest.count > 3 {
      groups.insert(rest.suffix(3), at: 0)
      rest = rest.dropLast(3)
    }
    return ([rest] + groups).joined(separator: ",")
  }

  /// The minute, in UTC: `2026-03-05 14:02 UTC`.
  static func moment(_ time: EventTime) -> String {
    let minutes = time.milliseconds / 60_000
    let date = date(ofDay: minutes / 1_440)
    let (hour, minute) = (minutes % 1_440 / 60, minutes % 60)
    return "\(date) \(padded(hour)):\(padded(minute)) UTC"
  }

  /// The civil date of a day since 1970 (days to civil, Hinnant, "chrono-Compatible Low-Level Date
  /// Algorithms"): counts in eras of 400 years that begin in March.
  private static func date(ofDay day: Int64) -> String {
    let shifted = day + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let dayOfMonth = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return "\(year)-\(padded(month))-\(padded(dayOfMonth))"
  }

  private static func padded(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
