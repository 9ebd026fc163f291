internal import Attribution

// How values of a document become fields of an event, once `copyTexts` has filled it. What is
// copied says whether the field has a value now.
extension JSONReader {
  /// Copies what identifies or names an event: a text, or a number, which is spelled as one.
  ///
  /// Missing, null and empty leave the field missing. Anything else rejects the event: it would
  /// be taken for another person's, or for none.
  @inline(__always) @discardableResult
  func copyName(
    _ source: Field, to field: EventField, of event: inout TrackingEvent
  ) throws(RejectedField) -> Bool {
    let value = self[source]
    switch value.kind {
    case .text: return try copyText(source, to: FieldIndex(field), of: &event)
    case .integer, .unsigned, .number: return copyNumber(value, to: field, of: &event)
    case .missing, .null: return false
    case .bool, .object, .array: throw RejectedField(.wrongType, source)
    }
  }

  /// Copies what describes an event. A value that can be no description leaves the field missing:
  /// an order must not be lost because its campaign is an array.
  @inline(__always) @discardableResult
  func copyDescription(
    _ source: Field, to field: EventField, of event: inout TrackingEvent
  ) throws(RejectedField) -> Bool {
    let value = self[source]
    switch value.kind {
    case .text: return try copyText(source, to: FieldIndex(field), of: &event)
    case .integer, .unsigned, .number: return copyNumber(value, to: field, of: &event)
    case .missing, .null, .bool, .object, .array: return false
    }
  }

  /// Copies the value as it is, of whatever kind, for a rule that names its pointer.
  @inline(__always)
  func copyValue(
    _ source: Field, to field: FieldIndex, of event: inout TrackingEvent
  ) throws(RejectedField) {
    let value = self[source]
    switch value.kind {
    case .missing: break
    case .null: event.setKind(field, to: .null)
    case .bool: event.setBool(field, to: value.bool)
    case .integer: event.setInteger(field, to: value.integer)
    case .unsigned: event.setNumber(field, to: Double(value.unsigned))
    case .number: event.setNumber(field, to: value.number)
    case .object: event.setKind(field, to: .object)
    case .array: event.setKind(field, to: .array)
    case .text:
      guard let text = value.text, text.count <= fieldBytes else {
        throw RejectedField(.fieldTooLarge, source)
      }
      event.setText(field, toRange: range(of: text))
    }
  }

  /// The time that a text says; `nil` if there is none.
  ///
  /// A number is a Unix time if the format has such, and otherwise rejected.
  func time(
    _ source: Field, allowingUnixTime: Bool = false, allowingDays: Bool = false
  ) throws(RejectedField) -> EventTime? {
    let value = self[source]
    let time: EventTime?
    switch value.kind {
    case .text:
      guard let text = value.text, !text.isEmpty else { return nil }
      time = EventTime(text: text) ?? (allowingDays ? EventTime(day: text) : nil)
    case .integer where allowingUnixTime: time = EventTime(unixTime: Double(value.integer))
    case .number where allowingUnixTime: time = EventTime(unixTime: value.number)
    case .missing, .null: return nil
    case .bool, .integer, .unsigned, .number, .object, .array:
      throw RejectedField(.wrongType, source)
    }
    guard let time else { throw RejectedField(.invalidTime, source) }
    return time
  }

  /// The time that a text says; `nil` if it says none, for times that an event can do without.
  func timeIfValid(_ source: Field) -> EventTime? {
    guard let text = self[source].text else { return nil }
    return EventTime(text: text)
  }

  @inline(__always)
  private func copyText(
    _ source: Field, to field: FieldIndex, of event: inout TrackingEvent
  ) throws(RejectedField) -> Bool {
    guard let text = self[source].text, !text.isEmpty else { return false }
    guard text.count <= fieldBytes else { throw RejectedField(.fieldTooLarge, source) }
    event.setText(field, toRange: range(of: text))
    return true
  }

  private func copyNumber(
    _ value: JSONValue, to field: EventField, of event: inout TrackingEvent
  ) -> Bool {
    guard let text = value.spelledNumber else { return false }
    event.setText(field, to: text)
    return true
  }
}
