internal import Attribution

/// Opens CloudEvents 1.0, and reads the events in them in whatever format their data has.
///
/// In binary mode the attributes are in the record's headers (`ce_id`) and the value is the data. In
/// structured mode, which is what files have too, the value is a JSON object with both. What the data
/// does not say of itself, its id or its time, the attributes say.
final class CloudEvents {
  private enum Attribute: String, CaseIterable {
    case specversion, id, source, type, subject, time

    var index: Int { Attribute.allCases.firstIndex(of: self) ?? 0 }
  }

  private enum Source {
    case none, data, structured
  }

  /// Data that is not inside of the object: a record's value, or text.
  private let data: DataDecoder
  private let structured: JSONEvents
  private let attributes: [JSONReader.Field]
  private let base64: JSONReader.Field
  private let whole: JSONReader.Field
  private let fieldBytes: Int
  private let envelope: Envelope
  private var source = Source.none
  /// Memory for decoded data.
  private var decoded = UnsafeMutableRawBufferPointer(start: nil, count: 0)

  private static let dataPlace = "/data"
  private static let headerPrefix = Array("ce_".utf8)

  /// `data` decodes data in `format` that is not inside of the object.
  init(
    _ format: InputFormat, _ data: DataDecoder, _ envelope: Envelope, fields: FieldTable,
    fieldBytes: Int
  ) throws(InvalidPointer) {
    self.fieldBytes = fieldBytes
    self.data = data
    self.envelope = envelope
    structured = try JSONEvents(
      format.json, envelope, fields: fields, fieldBytes: fieldBytes, place: CloudEvents.dataPlace)
    var attributes: [JSONReader.Field] = []
    for attribute in Attribute.allCases {
      attributes.append(try structured.reader.documentField("/" + attribute.rawValue))
    }
    self.attributes = attributes
    base64 = try structured.reader.documentField("/data_base64")
    whole = try structured.reader.documentField("")
  }

  deinit {
    decoded.deallocate()
  }

  func begin(_ record: InputRecord) throws(RejectedInput) {
    end()
    envelope.reset(record: record.value ?? CloudEvents.noData, logged: record.timestamp)
    if isBinary(record.headers) {
      try fillEnvelope(from: record.headers)
      source = .data
      let hasData = record.value.map { !$0.isEmpty } ?? false
      return try data.begin(hasData ? envelope.record : CloudEvents.noData)
    }
    guard let bytes = record.value else {
      throw RejectedInput(.tombstone, "the record has no value")
    }
    try beginStructured(bytes)
  }

  /// Leaves unread what is left.
  func end() {
    source = .none
    data.end()
    structured.end()
  }

  func next(into event: inout TrackingEvent) -> DecodedInput? {
    switch source {
    case .none: nil
    case .data: data.next(into: &event)
    case .structured: structured.next(into: &event)
    }
  }

  var part: DecodedPart? {
    switch source {
    case .none: nil
    case .data: data.part
    case .structured: structured.part
    }
  }

  /// What stands for the data of an event that does without.
  private static var noData: UnsafeRawBufferPointer {
    let text: StaticString = "{}"
    return UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
  }
}

// Binary mode.
extension CloudEvents {
  /// Only headers tell; a record of neither mode is looked at as a structured one.
  private func isBinary(_ headers: UnsafeBufferPointer<InputHeader>) -> Bool {
    headers.contains { attribute(of: $0) == .specversion }
  }

  private func attribute(of header: InputHeader) -> Attribute? {
    guard header.name.starts(with: CloudEvents.headerPrefix) else { return nil }
    let name = header.name[CloudEvents.headerPrefix.count...]
    return Attribute.allCases.first { name.elementsEqual($0.rawValue.utf8) }
  }

  private func fillEnvelope(
    from headers: UnsafeBufferPointer<InputHeader>
  ) throws(RejectedInput) {
    for header in headers {
      guard let attribute = attribute(of: header), let text = header.value else { continue }
      guard JSONReader.isUTF8(text) else {
        throw RejectedInput(.invalidText, "the header ce_\(attribute.rawValue) is not UTF-8")
      }
      try set(attribute, "the header ce_" + attribute.rawValue, to: text)
    }
  }

  private func set(
    _ attribute: Attribute, _ name: @autoclosure () -> String, to text: UnsafeRawBufferPointer
  ) throws(RejectedInput) {
    guard !text.isEmpty else { return }
    func rejection(_ code: RejectionCode) -> RejectedInput {
      RejectedInput(
        code, field: name(), found: text.quotation, bytes: text.count, limit: fieldBytes)
    }
    guard text.count <= fieldBytes else { throw rejection(.fieldTooLarge) }
    switch attribute {
    case .specversion: break
    case .id: envelope.id = text
    case .source: envelope.source = text
    case .type: envelope.name = text
    case .subject: envelope.subject = text
    case .time:
      guard let time = EventTime(text: text) else { throw rejection(.invalidTime) }
      envelope.time = time
    }
  }
}

// Structured mode.
extension CloudEvents {
  private func beginStructured(
    _ bytes: UnsafeRawBufferPointer
  ) throws(RejectedInput) {
    let reader = structured.reader
    do throws(JSONReader.Failure) {
      try reader.read(bytes)
    } catch {
      throw error.rejection
    }
    guard reader[whole].kind == .object else {
      throw RejectedInput(.notAnObject, "the event is \(reader[whole].description)")
    }
    guard reader[attributes[Attribute.specversion.index]].kind == .text else {
      throw RejectedInput(
        .noCloudEvent, "there is neither a header ce_specversion nor a text at /specversion")
    }
    for attribute in Attribute.allCases {
      guard let text = reader[attributes[attribute.index]].text else { continue }
      try set(attribute, "/" + attribute.rawValue, to: text)
    }
    if let text = reader[reader.whole].text {
      source = .data
      return try data.begin(text)
    }
    if let text = reader[base64].text {
      source = .data
      return try data.begin(try decode(text))
    }
    source = .structured
    structured.beginRead(bytes)
  }

  private func decode(
    _ text: UnsafeRawBufferPointer
  ) throws(RejectedInput) -> UnsafeRawBufferPointer {
    if decoded.count < text.count {
      decoded.deallocate()
      decoded = .allocate(byteCount: max(4_096, text.count), alignment: 16)
    }
    guard let count = Base64.decode(text, into: decoded) else {
      throw RejectedInput(.invalidText, "/data_base64 is not base64")
    }
    return UnsafeRawBufferPointer(rebasing: decoded[..<count])
  }
}
