internal import Attribution

/// A Snowplow event in one of its spellings: an enriched line, or a JSON object.
protocol SnowplowSource {
  associatedtype Failure: Error

  /// The field's text, if it is there and text.
  func text(_ field: SnowplowField) -> UnsafeRawBufferPointer?

  /// Copies what identifies or names an event; says whether it is there.
  func copyName(
    _ field: SnowplowField, to target: EventField, of event: inout TrackingEvent
  ) throws(Failure) -> Bool

  /// Copies what describes an event, if it can; says whether it is there.
  func copyDescription(
    _ field: SnowplowField, to target: EventField, of event: inout TrackingEvent
  ) throws(Failure) -> Bool

  /// The time that the field says; `nil` if it is empty.
  func time(_ field: SnowplowField) throws(Failure) -> EventTime?

  /// That the event is rejected, because of `field`.
  func failure(_ code: RejectionCode, _ field: SnowplowField) -> Failure
}

/// A JSON object as Snowplow's Analytics SDKs make it of an enriched event.
final class SnowplowObject: SnowplowSource {
  private let reader: JSONReader
  /// By the raw value of the field.
  private let fields: [JSONReader.Field]
  private let contexts: JSONReader.Field
  private let event: JSONReader.Field
  private let derivedContexts: JSONReader.Field

  init(_ reader: JSONReader) throws(InvalidPointer) {
    self.reader = reader
    var fields: [JSONReader.Field] = []
    for field in SnowplowField.allCases { fields.append(try reader.field("/" + field.name)) }
    self.fields = fields
    contexts = try reader.field("/contexts")
    event = try reader.field("/unstruct_event")
    derivedContexts = try reader.field("/derived_contexts")
  }

  /// Makes the flat names of entities known, for events that still have them in their columns.
  func expandEntities() {
    reader.expand(contexts: contexts, event: event, derivedContexts: derivedContexts)
  }

  func field(_ field: SnowplowField) -> JSONReader.Field { fields[field.rawValue] }

  func text(_ field: SnowplowField) -> UnsafeRawBufferPointer? {
    reader[fields[field.rawValue]].text
  }

  func copyName(
    _ field: SnowplowField, to target: EventField, of event: inout TrackingEvent
  ) throws(RejectedField) -> Bool {
    try reader.copyName(fields[field.rawValue], to: target, of: &event)
  }

  func copyDescription(
    _ field: SnowplowField, to target: EventField, of event: inout TrackingEvent
  ) throws(RejectedField) -> Bool {
    try reader.copyDescription(fields[field.rawValue], to: target, of: &event)
  }

  func time(_ field: SnowplowField) throws(RejectedField) -> EventTime? {
    try reader.time(fields[field.rawValue])
  }

  func failure(_ code: RejectionCode, _ field: SnowplowField) -> RejectedField {
    RejectedField(code, fields[field.rawValue])
  }
}
