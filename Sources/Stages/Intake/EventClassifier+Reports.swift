internal import Attribution
internal import Formats

// What an event says about conversions. A number that is there but cannot be read makes the event
// unreadable as a whole: money is not guessed.
extension EventClassifier {
  /// Adds the reports and adjustments in `event` to the journey event.
  mutating func findReports(
    in event: borrowing TrackingEvent, from topic: String
  ) throws(RejectedInput) {
    for index in conversionConditions.indices where conversionConditions.matches(index, event) {
      let report = try report(rules.conversions[index], event, from: topic)
      journeyEvent.conversions.append(report)
    }
    for index in adjustmentConditions.indices where adjustmentConditions.matches(index, event) {
      let report = try EventClassifier.adjustment(rules.adjustments[index], event)
      journeyEvent.adjustments.append(report)
    }
  }

  private func report(
    _ rule: ConversionRule, _ event: borrowing TrackingEvent, from topic: String
  ) throws(RejectedInput) -> ConversionReport {
    var report = ConversionReport(rule: rule.name)
    switch rule.currency {
    case .none: break
    case .fixed(let code): report.currency = code
    case .field(let field): report.currency = event.string(field).map { $0.uppercased() }
    }
    switch rule.value {
    case .none: break
    case .fixed(let amount): report.value = amount
    case .field(let field):
      report.value = try EventClassifier.amount(field, event, of: "conversion \(rule.name)")
    }
    let scale = Currency.minorUnitScale(of: report.currency)
    if let value = report.value {
      guard let widened = value.normalized.widened(toScale: scale) else {
        throw RejectedInput(.invalidValue, "the value of conversion \(rule.name) is too large")
      }
      report.value = widened
    }
    if let field = rule.deduplicateBy { report.key = EventClassifier.key(event, field) }
    if !rule.prefer.isEmpty {
      let source = rule.reportedBy.map { event.string($0) } ?? rules.sources[topic] ?? topic
      report.rank = rule.prefer.firstIndex { $0 == source } ?? rule.prefer.count
    }
    return report
  }

  private static func adjustment(
    _ rule: AdjustmentRule, _ event: borrowing TrackingEvent
  ) throws(RejectedInput) -> AdjustmentReport {
    let subject = "the adjustment of conversion \(rule.conversion)"
    guard let key = key(event, rule.key) else {
      throw RejectedInput(.invalidValue, "\(subject) has no key")
    }
    let change: AdjustmentReport.Change
    switch rule.change {
    case .cancel: change = .cancel
    case .subtract(let field), .set(let field):
      guard let amount = try amount(field, event, of: subject)?.normalized,
        amount.units != .min
      else { throw RejectedInput(.invalidValue, "\(subject) has no amount") }
      if case .set = rule.change {
        change = .set(amount)
      } else {
        // Some trackers send what is given back as a negative number.
        let units = Int64(amount.units.magnitude)
        change = .subtract(Amount(units: units, scale: amount.scale))
      }
    }
    return AdjustmentReport(rule: rule.conversion, key: key, change: change)
  }

  /// `nil` if there is none.
  private static func amount(
    _ field: FieldIndex, _ event: borrowing TrackingEvent, of subject: String
  ) throws(RejectedInput) -> Amount? {
    switch event.kind(field) {
    case .missing, .null: return nil
    case .bool, .integer, .number, .text, .object, .array:
      guard let amount = event.amount(field) else {
        throw RejectedInput(.invalidValue, "the value of \(subject) is not a decimal number")
      }
      return amount
    }
  }

  /// The business key as text; numbers as they are spelled. `nil` where there is none.
  private static func key(_ event: borrowing TrackingEvent, _ field: FieldIndex) -> String? {
    switch event.kind(field) {
    case .text: return event.has(field) ? event.string(field) : nil
    case .integer, .number: return event.amount(field)?.description
    case .missing, .null, .bool, .object, .array: return nil
    }
  }
}
