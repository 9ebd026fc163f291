/// One tracking record, decoded: a flat table of fields over one buffer of text.
///
/// The same value is refilled for every record of a partition, so that decoding allocates nothing
/// once its buffers have grown. It owns its bytes; nothing in it points into the record.
@usableFromInline
package struct TrackingEvent: Sendable {
  /// What a field holds.
  @usableFromInline
  package enum Kind: UInt8, Sendable {
    case missing, null, bool, integer, number, text, object, array
  }

  @usableFromInline
  struct Slot: Sendable {
    /// Number bits, or start and length of text in `text`.
    @usableFromInline var payload: UInt64 = 0
    @usableFromInline var kind: Kind = .missing

    @usableFromInline
    init() {}
  }

  /// When it happened, by the tracker's corrected clock.
  @usableFromInline package var time = EventTime.distantPast
  /// When the collector or the log got it, if that is known: no event is later than this.
  @usableFromInline package var received: EventTime?
  @usableFromInline var slots: [Slot]
  /// Text of the fields, in its first `textCount` bytes: to append to an array, or to empty one,
  /// takes longer than to copy a short text.
  @usableFromInline var text: [UInt8]
  @usableFromInline var textCount = 0

  /// An event with room for the fields of `table`, all missing.
  package init(fieldsOf table: FieldTable) {
    slots = [Slot](repeating: Slot(), count: table.count)
    text = [UInt8](repeating: 0, count: 1_024)
  }

  /// Forgets everything, keeps the buffers.
  @inlinable
  package mutating func removeAll() {
    time = .distantPast
    received = nil
    textCount = 0
    slots.withUnsafeMutableBufferPointer { $0.update(repeating: Slot()) }
  }

  @inlinable
  package func kind(_ field: FieldIndex) -> Kind { slots[field.position].kind }

  @inlinable
  package func kind(_ field: EventField) -> Kind { slots[field.rawValue].kind }

  /// Whether the field carries something: not missing, not null, not empty text.
  @inlinable
  package func has(_ field: FieldIndex) -> Bool {
    let slot = slots[field.position]
    switch slot.kind {
    case .missing, .null: return false
    case .text: return slot.payload & 0xffff_ffff != 0
    case .bool, .integer, .number, .object, .array: return true
    }
  }

  @inlinable
  package func has(_ field: EventField) -> Bool { has(FieldIndex(field)) }

  /// The field's text as a range of the event's buffer; `nil` if it is not text.
  @inlinable
  package func textRange(_ field: FieldIndex) -> Range<Int>? {
    let slot = slots[field.position]
    guard slot.kind == .text else { return nil }
    let start = Int(slot.payload >> 32)
    return start..<start + Int(slot.payload & 0xffff_ffff)
  }

  /// Calls `body` with the field's text; with `nil` if it is not text.
  @inlinable
  package func withText<Result>(
    _ field: FieldIndex, _ body: (UnsafeRawBufferPointer?) -> Result
  ) -> Result {
    guard let range = textRange(field) else { return body(nil) }
    return text.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[range])) }
  }

  @inlinable
  package func withText<Result>(
    _ field: EventField, _ body: (UnsafeRawBufferPointer?) -> Result
  ) -> Result {
    withText(FieldIndex(field), body)
  }

  /// A copy of the field's text; `nil` if it is not text. Allocates: not for the hot path.
  package func string(_ field: FieldIndex) -> String? {
    withText(field) { bytes in bytes.map { String(decoding: $0, as: UTF8.self) } }
  }

  /// A copy of the field's text; `nil` if it is not text. Allocates: not for the hot path.
  package func string(_ field: EventField) -> String? { string(FieldIndex(field)) }

  /// The field as a floating-point number; `nil` if it is none. Text is not converted.
  @inlinable
  package func number(_ field: FieldIndex) -> Double? {
    let slot = slots[field.position]
    switch slot.kind {
    case .integer: return Double(Int64(bitPattern: slot.payload))
    case .number: return Double(bitPattern: slot.payload)
    case .missing, .null, .bool, .text, .object, .array: return nil
    }
  }

  /// The field as an exact decimal, from a number or from decimal text; `nil` if it is neither.
  package func amount(_ field: FieldIndex) -> Amount? {
    let slot = slots[field.position]
    switch slot.kind {
    case .integer: return Amount(units: Int64(bitPattern: slot.payload), scale: 0)
    case .number: return Amount(exactly: Double(bitPattern: slot.payload))
    case .text:
      return withText(field) { bytes in
        bytes.flatMap { Amount(decimal: NormalizedText.trimmed($0)) }
      }
    case .missing, .null, .bool, .object, .array: return nil
    }
  }

  /// Text, number or truth value as one would write it; `nil` if the field is none of these.
  /// Allocates.
  package func plainText(_ field: FieldIndex) -> String? {
    switch kind(field) {
    case .text: string(field)
    case .integer, .number: amount(field)?.description ?? number(field)?.description
    case .bool: bool(field)?.description
    case .missing, .null, .object, .array: nil
    }
  }

  @inlinable
  package func bool(_ field: FieldIndex) -> Bool? {
    let slot = slots[field.position]
    return slot.kind == .bool ? slot.payload != 0 : nil
  }
}

extension TrackingEvent {
  /// Appends what the field holds: two fields hold the same if the same bytes are appended.
  package func write(_ field: FieldIndex, to writer: inout ByteWriter) {
    let slot = slots[field.position]
    writer.write(byte: slot.kind.rawValue)
    guard slot.kind == .text else { return writer.write(fixed: slot.payload) }
    withText(field) { text in
      if let text { writer.write(counted: text) }
    }
  }
}

// What decoders call.
extension TrackingEvent {
  /// Copies `bytes`, which must be valid UTF-8, into the field.
  @inlinable
  package mutating func setText(_ field: FieldIndex, to bytes: UnsafeRawBufferPointer) {
    let start = appendText(bytes)
    setText(field, toRange: start..<textCount)
  }

  @usableFromInline
  mutating func growText() {
    text.append(contentsOf: repeatElement(0, count: max(textCount, text.count * 2) - text.count))
  }

  /// Copies `bytes` without a field for them yet, for fields that will be ranges of them, each of
  /// which must be valid UTF-8. Returns where in the event's buffer they begin.
  @inlinable
  package mutating func appendText(_ bytes: UnsafeRawBufferPointer) -> Int {
    let start = textCount
    textCount += bytes.count
    if textCount > text.count { growText() }
    text.withUnsafeMutableBytes { text in
      UnsafeMutableRawBufferPointer(rebasing: text[start...]).copyMemory(from: bytes)
    }
    return start
  }

  package mutating func setText(_ field: EventField, to string: some StringProtocol) {
    var string = String(string)
    string.withUTF8 { setText(FieldIndex(field), to: UnsafeRawBufferPointer($0)) }
  }

  @inlinable
  package mutating func setInteger(_ field: FieldIndex, to value: Int64) {
    slots[field.position].payload = UInt64(bitPattern: value)
    slots[field.position].kind = .integer
  }

  @inlinable
  package mutating func setNumber(_ field: FieldIndex, to value: Double) {
    slots[field.position].payload = value.bitPattern
    slots[field.position].kind = .number
  }

  @inlinable
  package mutating func setBool(_ field: FieldIndex, to value: Bool) {
    slots[field.position].payload = value ? 1 : 0
    slots[field.position].kind = .bool
  }

  /// Marks the field as `null`, an object or an array: there, but without a value to compare.
  @inlinable
  package mutating func setKind(_ field: FieldIndex, to kind: Kind) {
    slots[field.position].payload = 0
    slots[field.position].kind = kind
  }

  /// Makes `field` share the value of `other`: a pointer that names a standard field, for example.
  @inlinable
  package mutating func copy(_ other: FieldIndex, to field: FieldIndex) {
    slots[field.position] = slots[other.position]
  }

  /// Makes `field` the part `range` of the event's own text buffer, without copying it.
  @inlinable
  package mutating func setText(_ field: FieldIndex, toRange range: Range<Int>) {
    slots[field.position].payload = UInt64(range.lowerBound) << 32 | UInt64(range.count)
    slots[field.position].kind = .text
  }
}
