internal import Attribution

/// What is known of an event from around it: the log, the batch, the CloudEvent that it came in.
///
/// An event's own words win. Bytes are valid only while the record is decoded. Everybody in one
/// decoder has the same envelope, which is refilled for each record: copies of it would cost more than
/// it is worth.
final class Envelope {
  /// The whole record, which is an event's identity if nothing else is.
  var record = UnsafeRawBufferPointer(start: nil, count: 0)
  /// When the log got the record.
  var logged: EventTime?
  /// When the tracker sent the batch, by its own clock.
  var sent: EventTime?
  /// When the collector received the batch.
  var received: EventTime?
  /// When the event happened.
  var time: EventTime?
  /// The event's name.
  var name: UnsafeRawBufferPointer?
  /// Whom the event is about.
  var subject: UnsafeRawBufferPointer?
  /// The id, which is unique among those of one source.
  var id: UnsafeRawBufferPointer?
  var source: UnsafeRawBufferPointer?

  /// Forgets everything but where the record is.
  func reset(record: UnsafeRawBufferPointer, logged: EventTime?) {
    self.record = record
    self.logged = logged
    (sent, received, time) = (nil, nil, nil)
    (name, subject, id, source) = (nil, nil, nil, nil)
  }

  /// When an event was received that the collector says it got at `collected`.
  ///
  /// A backlog that is loaded today was received long before its records were written, and a
  /// collector's clock may be wrong too: the earlier of the two is never the worse.
  func receivedAtLatest(_ collected: EventTime?) -> EventTime? {
    guard let collected, let logged else { return collected ?? logged }
    return min(collected, logged)
  }
}

extension Envelope {
  /// Makes the envelope's id that of `event`, the `element`th of a batch; `false` if it has none.
  ///
  /// Ids are unique only within their source, so the source is a part of it.
  func setID(of event: inout TrackingEvent, element: Int?) -> Bool {
    guard let id else { return false }
    let start = event.appendText(source ?? UnsafeRawBufferPointer(start: nil, count: 0))
    if source != nil { append("#", to: &event) }
    _ = event.appendText(id)
    let end = append(element.map { "-\($0)" } ?? "", to: &event)
    event.setText(FieldIndex(.eventID), toRange: start..<end)
    return true
  }

  /// Returns where the text ends.
  @discardableResult
  private func append(_ text: String, to event: inout TrackingEvent) -> Int {
    var text = text
    return text.withUTF8 { event.appendText(UnsafeRawBufferPointer($0)) + $0.count }
  }
}
