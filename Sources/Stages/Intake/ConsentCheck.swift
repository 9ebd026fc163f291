internal import Attribution
internal import Formats

/// Whether an event may be used, and whether it asks to be forgotten.
struct ConsentCheck {
  private let rules: ConsentRules
  private let conversions: [ConversionRule]

  init(_ rules: RuleSet) {
    self.rules = rules.consent
    conversions = rules.conversions
  }

  /// Whether the event asks for everything about its person to be forgotten.
  func erases(_ event: borrowing TrackingEvent) -> Bool {
    rules.erases?.matches(event) ?? false
  }

  /// Whether the event carries the consent that is required.
  func isGiven(by event: borrowing TrackingEvent) -> Bool {
    rules.given?.matches(event) ?? true
  }

  /// The rules of the conversions that an event without consent would have been, if these are to
  /// be counted.
  func stripped(_ event: borrowing TrackingEvent) -> [String] {
    guard rules.otherwise == .strip else { return [] }
    var names: [String] = []
    for rule in conversions where rule.when.matches(event) { names.append(rule.name) }
    return names
  }
}
