package import Attribution

/// Writes JSON members in the order of the calls: field order is part of what a reader sees.
///
/// Numbers are written from decimals, never from floating point. Text is valid UTF-8 already; only
/// what JSON requires is escaped.
package struct JSONWriter {
  package private(set) var bytes: [UInt8] = []
  /// Whether the next member or element needs a comma before it.
  private var needsComma = false

  package init() {}

  /// Forgets what was written, keeps the buffer.
  package mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    needsComma = false
  }

  @inline(__always)
  package mutating func object(_ body: (inout JSONWriter) -> Void) {
    enclose("{", "}", body)
  }

  @inline(__always)
  package mutating func object(_ name: StaticString, _ body: (inout JSONWriter) -> Void) {
    self.name(name)
    enclose("{", "}", body)
  }

  @inline(__always)
  package mutating func array(_ name: StaticString, _ body: (inout JSONWriter) -> Void) {
    self.name(name)
    enclose("[", "]", body)
  }

  package mutating func member(_ name: StaticString, _ text: String) {
    self.name(name)
    element(text)
  }

  /// Writes nothing for `nil`: a field without a value is absent.
  package mutating func member(_ name: StaticString, _ text: String?) {
    if let text { member(name, text) }
  }

  package mutating func member(_ name: StaticString, _ number: Int) {
    self.name(name)
    raw(number)
  }

  package mutating func member(_ name: StaticString, _ flag: Bool) {
    self.name(name)
    separate()
    bytes.append(contentsOf: (flag ? "true" : "false").utf8)
  }

  package mutating func member(_ name: StaticString, _ amount: Amount) {
    self.name(name)
    raw(amount)
  }

  package mutating func member(_ name: StaticString, _ time: EventTime) {
    self.name(name)
    separate()
    bytes.append(UInt8(ascii: "\""))
    time.append(to: &bytes)
    bytes.append(UInt8(ascii: "\""))
  }

  package mutating func member(_ name: StaticString, _ id: EventID) {
    guard case .uuid(let high, let low) = id else { return member(name, id.description) }
    self.name(name)
    separate()
    bytes.append(UInt8(ascii: "\""))
    EventID.appendUUID(high, low, to: &bytes)
    bytes.append(UInt8(ascii: "\""))
  }

  /// A member whose name is not known at compile time.
  package mutating func member(named name: String, _ amount: Amount) {
    self.name(text: name)
    raw(amount)
  }

  package mutating func member(named name: String, _ number: Int) {
    self.name(text: name)
    raw(number)
  }

  /// A span in its shortest exact spelling.
  package mutating func member(named name: String, _ span: TimeSpan) {
    self.name(text: name)
    separate()
    let (count, unit) = span.spelling
    bytes.append(UInt8(ascii: "\""))
    DecimalDigits.append(count, to: &bytes)
    unit.withUTF8Buffer { bytes.append(contentsOf: $0) }
    bytes.append(UInt8(ascii: "\""))
  }

  package mutating func member(named name: String, _ text: String) {
    self.name(text: name)
    element(text)
  }

  @inline(__always)
  package mutating func object(named name: String, _ body: (inout JSONWriter) -> Void) {
    self.name(text: name)
    enclose("{", "}", body)
  }

  package mutating func array(named name: String, _ body: (inout JSONWriter) -> Void) {
    self.name(text: name)
    enclose("[", "]", body)
  }

  /// An element of an array.
  package mutating func element(_ text: String) {
    separate()
    quoted(text)
  }

  private mutating func name(_ name: StaticString) {
    name.withUTF8Buffer { self.name(plain: $0) }
  }

  private mutating func name(text: String) {
    var text = text
    text.withUTF8 { utf8 in
      guard JSONWriter.isPlain(utf8) else {
        separate()
        escaped(utf8)
        return bytes.append(UInt8(ascii: ":"))
      }
      name(plain: utf8)
    }
    needsComma = false
  }

  /// A name without anything to escape: comma, quotes and colon come with it.
  private mutating func name(plain name: UnsafeBufferPointer<UInt8>) {
    let start = needsComma ? 1 : 0
    append(atMost: name.count + 4) { place in
      // Where there is no comma, the quote takes its place.
      place[0] = UInt8(ascii: ",")
      let end = JSONWriter.quote(name, at: start, in: place)
      place[end] = UInt8(ascii: ":")
      return end + 1
    }
    needsComma = false
  }

  @inline(__always)
  private mutating func enclose(
    _ opening: Unicode.Scalar, _ closing: Unicode.Scalar, _ body: (inout JSONWriter) -> Void
  ) {
    separate()
    bytes.append(UInt8(ascii: opening))
    needsComma = false
    body(&self)
    bytes.append(UInt8(ascii: closing))
    needsComma = true
  }

  private mutating func raw(_ number: Int) {
    separate()
    DecimalDigits.append(Int64(number), to: &bytes)
  }

  private mutating func raw(_ amount: Amount) {
    separate()
    DecimalDigits.append(amount, to: &bytes)
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
  }

  private mutating func quoted(_ text: String) {
    var text = text
    text.withUTF8 { utf8 in
      // Nearly all text needs no escape: it is copied as a whole.
      guard JSONWriter.isPlain(utf8) else { return escaped(utf8) }
      append(atMost: utf8.count + 2) { JSONWriter.quote(utf8, at: 0, in: $0) }
    }
  }

  /// Whether nothing in `text` has to be escaped.
  private static func isPlain(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    // Without leaving early and without branches, so that the compiler looks at many bytes at once.
    var special: UInt8 = 0
    for byte in text {
      special |= byte < 0x20 ? 1 : 0
      special |= byte == UInt8(ascii: "\"") ? 1 : 0
      special |= byte == UInt8(ascii: "\\") ? 1 : 0
    }
    return special == 0
  }

  /// Writes `text` as it is between quotes; where it ends.
  private static func quote(
    _ text: UnsafeBufferPointer<UInt8>, at start: Int, in place: UnsafeMutableRawBufferPointer
  ) -> Int {
    place[start] = UInt8(ascii: "\"")
    let end = start + 1 + text.count
    UnsafeMutableRawBufferPointer(rebasing: place[(start + 1)..<end])
      .copyMemory(from: UnsafeRawBufferPointer(text))
    place[end] = UInt8(ascii: "\"")
    return end + 1
  }

  /// Lets `write` fill the beginning of new room at the end and say how much it has used.
  ///
  /// Several bytes at once: to append them one by one takes several times longer.
  private mutating func append(
    atMost count: Int, _ write: (UnsafeMutableRawBufferPointer) -> Int
  ) {
    bytes.append(addingCapacity: count) { span in
      span.withUnsafeMutableBufferPointer { room, used in
        used = write(UnsafeMutableRawBufferPointer(room))
      }
    }
  }

  private mutating func escaped(_ text: UnsafeBufferPointer<UInt8>) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case 0..<0x20:
        bytes.append(contentsOf: "\\u00".utf8)
        bytes.append(JSONWriter.hexadecimal(byte >> 4))
        bytes.append(JSONWriter.hexadecimal(byte & 0xf))
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func hexadecimal(_ digit: UInt8) -> UInt8 {
    digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
  }
}
