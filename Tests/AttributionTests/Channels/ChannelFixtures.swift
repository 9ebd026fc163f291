@testable import Attribution

extension TrackingEvent {
  /// An event with these text fields.
  static func with(_ fields: KeyValuePairs<EventField, String>) -> TrackingEvent {
    var event = TrackingEvent(fieldsOf: FieldTable())
    for (field, text) in fields { event.setText(field, to: text) }
    return event
  }

  /// Source and medium, as reports write them.
  var traffic: String {
    "\(string(.trafficSource) ?? "missing") / \(string(.trafficMedium) ?? "missing")"
  }

  func resolved(by rules: TrafficSourceRules = TrafficSourceRules()) -> TrackingEvent {
    var event = self
    rules.resolve(&event)
    return event
  }
}
