internal import Attribution
internal import CSimdJSON

/// Reads the fields that were asked for out of JSON documents; everything else is only validated.
///
/// The whole document must be valid: UTF-8, nesting up to 1,024 levels, numbers that fit a
/// `Double`, integers that fit `UInt64`. Of duplicate keys the last one counts, as in JavaScript.
final class JSONReader {
  /// Names a field of the documents: the number of the slot that its value is in.
  struct Field: Hashable {
    fileprivate let slot: UInt32
  }

  enum Failure: Error {
    case empty
    /// simdjson's reason.
    case invalid(String)
  }

  private let reader: OpaquePointer
  private var slots: UnsafePointer<afterclick_json_slot>
  /// From an address in simdjson's memory to the place in the event.
  private var textOffset = 0
  private var names: [UInt32: String] = [:]

  /// The longest text that may be taken from a document.
  let fieldBytes: Int

  /// Where events are in the documents: in front of every pointer. Empty if they are the documents.
  let place: String
  /// The event itself: the document or what is at `place`, or the element of `nextElement`.
  private(set) var whole = Field(slot: 0)

  init(fieldBytes: Int, place: String = "") throws(InvalidPointer) {
    self.fieldBytes = fieldBytes
    self.place = place
    guard let reader = afterclick_json_create() else { preconditionFailure("out of memory") }
    self.reader = reader
    slots = afterclick_json_slots(reader)
    whole = try field("")
  }

  deinit {
    afterclick_json_destroy(reader)
  }

  /// The field at `pointer` of the event, from the next document on.
  ///
  /// `alias` is the last part of the pointer as others spell it; of both, null never counts.
  func field(_ pointer: String, alias: String? = nil) throws(InvalidPointer) -> Field {
    let field = try documentField(place + pointer)
    if let alias, let end = pointer.lastIndex(of: "/") {
      let other = place + pointer[...end] + alias
      guard add(alias: other, of: field) else { throw InvalidPointer(pointer: other) }
    }
    return field
  }

  /// The field at `pointer` of the whole document, wherever the event is in it.
  func documentField(_ pointer: String) throws(InvalidPointer) -> Field {
    var text = pointer
    let slot = text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) {
        afterclick_json_add_pointer(reader, $0.baseAddress, $0.count)
      }
    }
    guard slot != UInt32.max else { throw InvalidPointer(pointer: pointer) }
    slots = afterclick_json_slots(reader)
    names[slot] = pointer
    return Field(slot: slot)
  }

  private func add(alias: String, of field: Field) -> Bool {
    var text = alias
    return text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) {
        afterclick_json_add_alias(reader, $0.baseAddress, $0.count, field.slot)
      }
    }
  }

  /// The pointer of `field`, for messages.
  func name(of field: Field) -> String { names[field.slot] ?? "" }

  @inline(__always)
  subscript(field: Field) -> JSONValue { JSONValue(slots[Int(field.slot)]) }

  /// Copies all texts of the fields into `event`, so that each field becomes a range of the copy.
  ///
  /// One copy of what lies between the first and the last costs less than one for each.
  func copyTexts(into event: inout TrackingEvent) {
    var length = 0
    let start = UnsafeRawPointer(afterclick_json_texts(reader, &length))
    let place = event.appendText(UnsafeRawBufferPointer(start: start, count: length))
    textOffset = place - Int(bitPattern: start)
  }

  /// Where a text is in the event that `copyTexts` filled.
  @inline(__always)
  func range(of text: UnsafeRawBufferPointer) -> Range<Int> {
    let start = Int(bitPattern: text.baseAddress) + textOffset
    return start..<start + text.count
  }

  /// Parses `bytes` and finds the fields in it. Texts stay valid until the next call.
  func read(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
    let result = afterclick_json_read(reader, bytes.baseAddress, bytes.count)
    if result == AFTERCLICK_JSON_SUCCESS { return }
    if result == AFTERCLICK_JSON_EMPTY { throw .empty }
    precondition(
      result != AFTERCLICK_JSON_OUT_OF_MEMORY, "no memory to parse \(bytes.count) bytes")
    throw .invalid(String(cString: afterclick_json_message(result)))
  }

  /// Gives what is in Snowplow's self-describing columns the flat names of its Analytics SDKs. After
  /// `read`, before `copyTexts`.
  func expand(contexts: Field, event: Field, derivedContexts: Field) {
    let isDone = afterclick_json_expand(
      reader, contexts.slot, event.slot, derivedContexts.slot, whole.slot)
    precondition(isDone, "no memory to expand an event")
  }

  /// Whether `bytes` are valid UTF-8, found out as quickly as documents are read.
  static func isUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
    afterclick_json_is_utf8(bytes.baseAddress, bytes.count)
  }

  /// Makes `nextElement` go through the array at `field`: each element is then the event.
  func beginElements(of field: Field) {
    let isArray = afterclick_json_begin_elements(reader, field.slot, whole.slot)
    precondition(isArray, "no array at \(name(of: field))")
  }

  /// Finds the fields anew, in the next element; `false` after the last.
  func nextElement() -> Bool { afterclick_json_next_element(reader) }
}
