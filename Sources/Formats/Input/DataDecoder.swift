internal import Attribution

/// Finds the events in bytes of one format.
struct DataDecoder {
  private let json: JSONEvents
  /// Set where the events may also be lines.
  private let lines: SnowplowLines?

  init(_ format: InputFormat, fields: FieldTable, fieldBytes: Int) throws(InvalidPointer) {
    json = try JSONEvents(format.json, fields: fields, fieldBytes: fieldBytes)
    lines =
      format == .snowplow ? try SnowplowLines(fields: fields, fieldBytes: fieldBytes) : nil
  }

  func begin(_ bytes: UnsafeRawBufferPointer, _ envelope: Envelope) throws(RejectedInput) {
    end()
    if let lines, !DataDecoder.isJSON(bytes) {
      try lines.begin(bytes, envelope)
    } else {
      try json.begin(bytes, envelope)
    }
  }

  /// Leaves unread what is left.
  func end() {
    json.end()
    lines?.end()
  }

  func next(into event: inout TrackingEvent) -> DecodedInput? {
    if let lines, lines.isPending { return lines.next(into: &event) }
    return json.next(into: &event)
  }

  var part: DecodedPart? { json.part }

  /// A line begins with the name of an application, or with a tab.
  private static func isJSON(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let first = bytes.first { !" \r\n".utf8.contains($0) }
    return first == UInt8(ascii: "{") || first == nil
  }
}
