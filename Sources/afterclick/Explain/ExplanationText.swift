import Attribution
import Formats
import Pipeline

/// Writes an explanation for people to read.
struct ExplanationText {
  private let answer: Explainer.Answer
  private let rules: RuleSet
  private(set) var lines: [String] = []

  init(_ answer: Explainer.Answer, rules: RuleSet) {
    self.answer = answer
    self.rules = rules
    writeConversion()
    writeWorth()
    let conversion = answer.explanation.conversion
    guard conversion.status != .retracted else { return }
    write(conversion.own, title: "Path")
    for window in conversion.windows { write(window.path, title: "Window \(window.name)") }
    if let credited = conversion.credited {
      write(credited.path, title: "Path of \(credited.id), which this conversion credits")
    }
  }

  var text: String { lines.joined(separator: "\n") + "\n" }

  private func spelled(_ time: EventTime) -> String {
    var bytes: [UInt8] = []
    time.append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  private mutating func writeConversion() {
    let conversion = answer.explanation.conversion
    lines.append("\(conversion.id)")
    lines.append(
      "  \(conversion.status.rawValue), revision \(conversion.revision)"
        + " (\(conversion.reason.rawValue)), a \(conversion.kind.rawValue) conversion by the rule"
        + " \(conversion.rule)")
    lines.append(
      "  by \(conversion.person) at \(spelled(conversion.occurredAt)), event \(conversion.eventID)")
    if conversion.isIncomplete {
      lines.append("  it came so late that touchpoints may have been forgotten before")
    }
  }

  // How the value came about.
  private mutating func writeWorth() {
    let explanation = answer.explanation
    let currency = explanation.conversion.currency.map { " \($0)" } ?? ""
    guard explanation.reported != nil || !explanation.corrections.isEmpty else { return }
    lines += ["", "Value"]
    lines.append("  reported first: \(explanation.reported?.description ?? "none")\(currency)")
    for correction in explanation.corrections {
      let what =
        switch correction.content {
        case .report(let rank, let value, _):
          "reported again: \(value?.description ?? "none"), preference \(rank + 1)"
        case .adjustment(.subtract(let amount)): "less \(amount)"
        case .adjustment(.set(let amount)): "now \(amount)"
        case .adjustment(.cancel): "cancelled"
        }
      let distance = correction.time - explanation.conversion.occurredAt
      let isTooFar = abs(distance.milliseconds) > rules.time.adjustWithin.milliseconds
      let remark = isTooFar ? " (too far away to count: late.adjust)" : ""
      lines.append("  \(spelled(correction.time)) \(what)\(remark), event \(correction.eventID)")
    }
    let value = explanation.conversion.value.map { "\($0)\(currency)" }
    lines.append("  comes to: \(value ?? "nothing, it is retracted")")
  }

  private mutating func write(_ attributed: AttributedPath, title: String) {
    let path = attributed.path
    let windows = Interaction.allCases.map { "\($0.name) \(attributed.lookback[$0])" }
    lines += [
      "",
      "\(title): \(path.considered) considered (lookback \(windows.joined(separator: ", "))),"
        + " \(path.touchpoints.count) credited",
    ]
    let kept = path.touchpoints.enumerated().map { index, touchpoint in
      (touchpoint, mark: "\(index + 1)", remark: touchpoint.count > 1 ? "×\(touchpoint.count)" : "")
    }
    let dropped = (path.trace ?? []).map { dropped in
      (dropped.touchpoint, mark: "-", remark: "dropped: \(Self.reason(dropped.reason))")
    }
    let all = (kept + dropped).sorted {
      ($0.0.time, $0.0.eventID) < ($1.0.time, $1.0.eventID)
    }
    for (touchpoint, mark, remark) in all { write(touchpoint, mark, remark) }
    for milestone in path.milestones {
      lines.append("  \(milestone.touchpoint + 1) led to \(milestone.conversion)")
    }
    for model in attributed.models { write(model) }
  }

  private mutating func write(_ touchpoint: Path.Touchpoint, _ mark: String, _ remark: String) {
    let profile = touchpoint.profile
    let source = "\(profile.source ?? "-") / \(profile.medium ?? "-")"
    let campaign = profile.campaign.map { ", campaign \($0)" } ?? ""
    lines.append(
      "  \(mark)  \(spelled(touchpoint.time))  \(profile.channel)  \(profile.interaction.name)"
        + (remark.isEmpty ? "" : "  \(remark)"))
    lines.append(
      "       \(source)\(campaign), by the rule \(profile.rule), event \(touchpoint.eventID)")
    lines.append("       \(channelRule(of: touchpoint.eventID))")
  }

  private func channelRule(of id: EventID) -> String {
    guard let found = answer.channelRules[id] else { return "channel rule not known" }
    guard let index = found else { return "no channel rule matched" }
    let defaults = DefaultChannels.ga4.map(\.channel)
    let hasDefaults = rules.channels.suffix(defaults.count).map(\.channel) == defaults
    let own = hasDefaults ? rules.channels.count - defaults.count : rules.channels.count
    let name = rules.channels[index].channel
    return index < own
      ? "channel rule \(index + 1) of the configuration: \(name)"
      : "default channel rule \(index - own + 1): \(name)"
  }

  private mutating func write(_ model: AttributedPath.ModelResult) {
    let rest = model.sharesCredit ? "" : ", which does not share"
    lines.append("  \(model.name)\(Self.words(model.parameters))\(rest)")
    for (index, weight) in model.credits.weights.enumerated() {
      let credit = Amount(units: model.credits.millionths(at: index), scale: 6).normalized
      let share = model.values.isEmpty ? "" : " → \(model.values[index])"
      lines.append("    \(index + 1)  \(weight) / \(model.credits.total) = \(credit)\(share)")
    }
  }

  private static func words(_ parameters: [ModelParameter]) -> String {
    guard !parameters.isEmpty else { return "" }
    let words = parameters.map { parameter in
      let value =
        switch parameter.value {
        case .span(let span): "\(span)"
        case .millionths(let millionths): share(millionths)
        case .text(let text): text
        case .number(let number): "\(number)"
        case .names(let names): names.joined(separator: " ")
        case .weights(let weights):
          weights.map { "\($0.name) \(share($0.weight))" }.joined(separator: " ")
        }
      return "\(parameter.name) \(value)"
    }
    return " (\(words.joined(separator: ", ")))"
  }

  private static func share(_ millionths: UInt64) -> String {
    "\(Amount(units: Int64(millionths), scale: 6).normalized)"
  }

  private static func reason(_ reason: DropReason) -> String {
    switch reason {
    case .outsideLookback: "outside the lookback of its interaction"
    case .beforePreviousConversion: "before the previous conversion (reset_after_conversion)"
    case .viewsNotCounted: "views do not count here (views: never)"
    case .viewBesideClick: "a view beside a click (views: when_no_click)"
    case .excludedChannel: "its channel is excluded"
    case .excludedCampaign: "its campaign is excluded"
    case .repeated: "a repeat (transforms)"
    case .removed: "removed by a transform"
    case .overMaximum: "over max_touchpoints"
    }
  }
}
