internal import Attribution

/// Reads events from enriched lines. Its fields are those of the object that Snowplow's Analytics
/// SDKs would make of the line, so that rules need not know which of the two they see.
final class SnowplowLines: SnowplowSource {
  private typealias Column = (position: Int, kind: SnowplowColumns.Kind, field: FieldIndex)

  private var line = SnowplowLine()
  /// For what is inside the self-describing columns.
  private let reader: JSONReader
  private let entities: SnowplowObject
  /// By the raw value of the field; `nil` for those inside the self-describing columns.
  private let positions: [Int?]
  /// The configuration's pointers that are columns, and those that are inside of some.
  private var columns: [Column] = []
  private var insides: [(source: JSONReader.Field, field: FieldIndex)] = []
  private let pages = PageFields()
  private var json: [UInt8] = []

  /// Where the line begins in the text of the event at hand.
  private var offset = 0
  private let envelope: Envelope
  /// Whether the line at hand has not been asked for its event.
  private var isPending = false
  /// Whether the self-describing columns of the line at hand have been parsed.
  private var isParsed = false

  private static let contexts = place(of: "contexts")
  private static let selfDescribing = ["contexts", "unstruct_event", "derived_contexts"].map {
    (opening: $0 == "contexts" ? "{\"\($0)\":" : ",\"\($0)\":", position: place(of: $0))
  }

  init(
    _ envelope: Envelope, fields table: FieldTable, fieldBytes: Int
  ) throws(InvalidPointer) {
    self.envelope = envelope
    reader = try JSONReader(fieldBytes: fieldBytes)
    entities = try SnowplowObject(reader)
    positions = SnowplowField.allCases.map { SnowplowColumns.position(of: $0.name) }
    for (number, pointer) in table.pointers.enumerated() {
      let field = FieldIndex(pointer: number)
      let position = SnowplowColumns.position(of: String(pointer.dropFirst()))
      if let position, SnowplowColumns.all[position].kind != .json {
        columns.append((position, SnowplowColumns.all[position].kind, field))
      } else {
        insides.append((try reader.field(pointer), field))
      }
    }
  }

  /// Reads the line; `next` then has its event.
  func begin(_ bytes: UnsafeRawBufferPointer) throws(RejectedInput) {
    isPending = false
    try line.read(bytes)
    isPending = true
  }

  /// Leaves the line unread.
  func end() { isPending = false }

  func next(into event: inout TrackingEvent) -> DecodedInput? {
    guard isPending else { return nil }
    isPending = false
    do throws(RejectedInput) {
      try decode(into: &event)
      return .event
    } catch {
      return .rejected(error)
    }
  }

  private func decode(into event: inout TrackingEvent) throws(RejectedInput) {
    event.removeAll()
    offset = event.appendText(line.bytes)
    isParsed = false
    if needsEntities {
      try parseEntities()
      reader.copyTexts(into: &event)
      isParsed = true
    }
    let hasID = try SnowplowFormat.fill(&event, from: self, envelope: envelope, pages: pages)
    if !hasID, !envelope.setID(of: &event, element: nil) {
      event.setText(.eventID, to: ContentID.text(for: envelope.record))
    }
    for column in columns { try copyValue(of: column, to: &event) }
    guard isParsed else { return }
    for inside in insides {
      do throws(RejectedField) {
        try reader.copyValue(inside.source, to: inside.field, of: &event)
      } catch {
        throw reader.words(for: error)
      }
    }
  }

  /// Whether a rule asks for something inside, or ids may be there that the columns do not have.
  private var needsEntities: Bool {
    if !insides.isEmpty { return true }
    guard isEmpty(.domainUserID) || isEmpty(.sessionID) else { return false }
    return !line.text(SnowplowLines.contexts).isEmpty
  }

  private func isEmpty(_ field: SnowplowField) -> Bool { text(field)?.isEmpty ?? true }

  /// Parses the self-describing columns as the members of one object.
  private func parseEntities() throws(RejectedInput) {
    json.removeAll(keepingCapacity: true)
    for (opening, position) in SnowplowLines.selfDescribing {
      json.append(contentsOf: opening.utf8)
      let column = line.text(position)
      if column.isEmpty {
        json.append(contentsOf: "null".utf8)
      } else {
        json.append(contentsOf: column)
      }
    }
    json.append(UInt8(ascii: "}"))
    let rejected = json.withUnsafeBytes { bytes -> RejectedInput? in
      do throws(JSONReader.Failure) {
        try reader.read(bytes)
        return nil
      } catch {
        return error.rejection
      }
    }
    if let rejected {
      throw RejectedInput(
        rejected.code, "in contexts, unstruct_event or derived_contexts: \(rejected.message)")
    }
    entities.expandEntities()
  }

  private static func place(of name: String) -> Int {
    guard let place = SnowplowColumns.position(of: name) else {
      preconditionFailure("no column is called \(name)")
    }
    return place
  }
}

// What `SnowplowFormat` asks for.
extension SnowplowLines {
  func text(_ field: SnowplowField) -> UnsafeRawBufferPointer? {
    if let position = positions[field.rawValue] { return line.text(position) }
    return isParsed ? entities.text(field) : nil
  }

  func copyName(
    _ field: SnowplowField, to target: EventField, of event: inout TrackingEvent
  ) throws(RejectedInput) -> Bool {
    if let position = positions[field.rawValue] {
      return try copyText(position, to: FieldIndex(target), of: &event)
    }
    guard isParsed else { return false }
    do throws(RejectedField) {
      return try entities.copyName(field, to: target, of: &event)
    } catch {
      throw reader.words(for: error)
    }
  }

  func copyDescription(
    _ field: SnowplowField, to target: EventField, of event: inout TrackingEvent
  ) throws(RejectedInput) -> Bool {
    try copyName(field, to: target, of: &event)
  }

  func time(_ field: SnowplowField) throws(RejectedInput) -> EventTime? {
    guard let text = text(field), !text.isEmpty else { return nil }
    if let time = EventTime(text: text) { return time }
    throw failure(.invalidTime, field)
  }

  func failure(_ code: RejectionCode, _ field: SnowplowField) -> RejectedInput {
    failure(code, name: field.name, text: text(field))
  }

  private func failure(
    _ code: RejectionCode, name: String, text: UnsafeRawBufferPointer?
  ) -> RejectedInput {
    RejectedInput(
      code, field: "/" + name, found: text.map { $0.isEmpty ? "missing" : $0.quotation },
      bytes: text?.count ?? 0, limit: reader.fieldBytes)
  }

  /// Makes the field a part of the line that the event has; says whether there is anything in it.
  @inline(__always)
  private func copyText(
    _ position: Int, to field: FieldIndex, of event: inout TrackingEvent
  ) throws(RejectedInput) -> Bool {
    let range = line.range(position)
    guard !range.isEmpty else { return false }
    guard range.count <= reader.fieldBytes else {
      throw failure(
        .fieldTooLarge, name: SnowplowColumns.all[position].name, text: line.text(position))
    }
    event.setText(field, toRange: range.lowerBound + offset..<range.upperBound + offset)
    return true
  }

  /// Copies a column for a rule that names it, as the value that it has in an object. What is not
  /// of its column's kind stays text.
  private func copyValue(
    of column: Column, to event: inout TrackingEvent
  ) throws(RejectedInput) {
    let text = line.text(column.position)
    switch column.kind {
    case .bool where text.count == 1 && text[0] == UInt8(ascii: "1"):
      return event.setBool(column.field, to: true)
    case .bool where text.count == 1 && text[0] == UInt8(ascii: "0"):
      return event.setBool(column.field, to: false)
    case .integer:
      if let number = Int64(String(decoding: text, as: UTF8.self)) {
        return event.setInteger(column.field, to: number)
      }
    case .number:
      if let number = SnowplowLines.number(text) {
        return event.setNumber(column.field, to: number)
      }
    case .text, .bool, .time, .json: break
    }
    _ = try copyText(column.position, to: column.field, of: &event)
  }

  /// Decimal digits, with point and exponent or without: no `nan`, no hexadecimal.
  private static func number(_ text: UnsafeRawBufferPointer) -> Double? {
    let isDecimal = text.allSatisfy { byte in
      UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || "+-.eE".utf8.contains(byte)
    }
    guard isDecimal, let number = Double(String(decoding: text, as: UTF8.self)), number.isFinite
    else { return nil }
    return number
  }
}
