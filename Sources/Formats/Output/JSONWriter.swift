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

  package mutating func object(_ body: (inout JSONWriter) -> Void) {
    enclose("{", "}", body)
  }

  package mutating func object(_ name: StaticString, _ body: (inout JSONWriter) -> Void) {
    self.name(name)
    enclose("{", "}", body)
  }

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
    separate()
    bytes.append(UInt8(ascii: "\""))
    name.withUTF8Buffer { bytes.append(contentsOf: $0) }
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  private mutating func name(text: String) {
    separate()
    quoted(text)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

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
    bytes.append(UInt8(ascii: "\""))
    // Nearly all text needs no escape: it is copied as a whole.
    let isCopied = text.utf8.withContiguousStorageIfAvailable { utf8 in
      // Without leaving early, so that the compiler can look at many bytes at once.
      var needsEscape = false
      for byte in utf8 {
        let isSpecial = byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
        needsEscape = needsEscape || isSpecial
      }
      guard !needsEscape else { return false }
      bytes.append(contentsOf: utf8)
      return true
    }
    if isCopied != true { escaped(text) }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func escaped(_ text: String) {
    for byte in text.utf8 {
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
  }

  private static func hexadecimal(_ digit: UInt8) -> UInt8 {
    digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
  }
}
