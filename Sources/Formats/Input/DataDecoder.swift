internal import Attribution

/// Finds the events in bytes of one format.
final class DataDecoder {
  private let json: JSONEvents
  /// Set where the events may also be lines.
  private let lines: SnowplowLines?
  private let mayBeLines: Bool
  /// Whether the bytes at hand are a line.
  private var isLine = false

  init(
    _ format: InputFormat, _ envelope: Envelope, fields: FieldTable, fieldBytes: Int
  ) throws(InvalidPointer) {
    json = try JSONEvents(format.json, envelope, fields: fields, fieldBytes: fieldBytes)
    mayBeLines = format == .snowplow
    lines =
      mayBeLines ? try SnowplowLines(envelope, fields: fields, fieldBytes: fieldBytes) : nil
  }

  func begin(_ bytes: UnsafeRawBufferPointer) throws(RejectedInput) {
    isLine = false
    if mayBeLines, !DataDecoder.isJSON(bytes) {
      json.end()
      isLine = true
      try lines?.begin(bytes)
    } else {
      try json.begin(bytes)
    }
  }

  /// Leaves unread what is left.
  func end() {
    json.end()
    lines?.end()
    isLine = false
  }

  func next(into event: inout TrackingEvent) -> DecodedInput? {
    if isLine { return lines?.next(into: &event) }
    return json.next(into: &event)
  }

  var part: DecodedPart? { json.part }

  /// A line begins with the name of an application, or with a tab.
  private static func isJSON(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let first = bytes.first { !" \r\n".utf8.contains($0) }
    return first == UInt8(ascii: "{") || first == nil
  }
}
