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
    case identityMerge = "identity_merge"
    case adjusted
    case retracted
  }

  /// An earlier conversion and its path.
  package struct Credited: Sendable {
    package let conversion: String
    package let id: String
    package let occurredAt: EventTime
    package let path: AttributedPath
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
  package let own: AttributedPath
  /// It came so late that touchpoints of its path may have been forgotten before.
  package let isIncomplete: Bool
  /// The path of an earlier conversion, credited with this one's value.
  package let credited: Credited?
  /// The rule's windows with their names.
  package let windows: [(name: String, path: AttributedPath)]

  /// Credits `emission` under every model of `rule`.
  package init(_ emission: JourneyUpdate.Emission, rules: RuleSet, person: String) {
    let conversion = emission.conversion
    let rule = rules.conversions[conversion.rule]
    self.rule = rule.name
    kind = rule.kind
    id = conversion.id(ofRuleNamed: rule.name)
    isIncomplete = conversion.isIncomplete
    revision = conversion.revision
    status = emission.status
    reason = emission.reason
    self.person = rules.identity.naming.name(of: person)
    eventID = conversion.eventID
    occurredAt = conversion.time
    value = emission.status == .retracted ? nil : conversion.value
    currency = emission.status == .retracted ? nil : conversion.currency
    let value = value
    own = AttributedPath(emission.paths.own, rules: rule.path, models: rule.models, value: value)
    windows = zip(rule.windows, emission.paths.windows).map { window, path in
      (
        window.name,
        AttributedPath(path, rules: window.path, models: rule.models, value: value)
      )
    }
    credited = emission.paths.credited.map { credited in
      let anchor = rules.conversions[credited.rule]
      return Credited(
        conversion: anchor.name, id: credited.id, occurredAt: credited.time,
        path: AttributedPath(
          credited.path, rules: anchor.path, models: rule.models, value: value))
    }
  }

  package var path: Path { own.path }
}
