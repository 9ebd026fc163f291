/// A conversion with its path and every model's answer: what Afterclick emits.
package struct AttributedConversion: Sendable {
  package enum Status: String, Sendable {
    case attributed, unattributed, retracted
  }

  /// Why this revision was emitted.
  package enum Reason: String, Sendable {
    case new
    case lateTouchpoint = "late_touchpoint"
    case betterReport = "better_report"
    case retracted
  }

  /// One model's answer, in the order of the path.
  package struct ModelResult: Sendable {
    package let name: String
    package let parameters: [ModelParameter]
    package let credits: Credits
    /// Empty if the conversion has no value.
    package let values: [Amount]
  }

  package let rule: String
  package let kind: ConversionRule.Kind
  /// The rule's name and the business key, or the event id where there is no key.
  package let id: String
  package let revision: Int
  package let status: Status
  package let reason: Reason
  package let person: String
  package let eventID: EventID
  package let occurredAt: EventTime
  package let value: Amount?
  package let currency: String?
  package let lookback: PathRules.Lookback
  package let path: Path
  package let models: [ModelResult]

  /// Credits `emission` under every model of `rule`.
  package init(_ emission: JourneyUpdate.Emission, rule: ConversionRule, person: String) {
    let conversion = emission.conversion
    self.rule = rule.name
    kind = rule.kind
    id = "\(rule.name):\(conversion.key ?? conversion.eventID.description)"
    revision = conversion.revision
    status = emission.status
    reason = emission.reason
    self.person = person
    eventID = conversion.eventID
    occurredAt = conversion.time
    value = emission.status == .retracted ? nil : conversion.value
    currency = emission.status == .retracted ? nil : conversion.currency
    lookback = rule.path.lookback
    path = emission.path
    models =
      path.touchpoints.isEmpty
      ? []
      : rule.models.map { model in
        let credits = model.credits(for: emission.path)
        return ModelResult(
          name: model.name, parameters: model.parameters, credits: credits,
          values: conversion.value.map { $0.shared(by: credits) } ?? [])
      }
  }
}
