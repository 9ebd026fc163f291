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
    raw(String(number))
  }

  package mutating func member(_ name: StaticString, _ flag: Bool) {
    self.name(name)
    raw(flag ? "true" : "false")
  }

  package mutating func member(_ name: StaticString, _ amount: Amount) {
    self.name(name)
    raw(amount.description)
  }

  package mutating func member(_ name: StaticString, _ time: EventTime) {
    self.name(name)
    separate()
    bytes.append(UInt8(ascii: "\""))
    time.append(to: &bytes)
    bytes.append(UInt8(ascii: "\""))
  }

  /// A member whose name is not known at compile time.
  package mutating func member(named name: String, _ amount: Amount) {
    self.name(text: name)
    raw(amount.description)
  }

  package mutating func member(named name: String, _ number: Int) {
    self.name(text: name)
    raw(String(number))
  }

  package mutating func member(named name: String, _ text: String) {
    self.name(text: name)
    element(text)
  }

  package mutating func object(named name: String, _ body: (inout JSONWriter) -> Void) {
    self.name(text: name)
    enclose("{", "}", body)
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
    bytes.append(contentsOf: [UInt8(ascii: "\""), UInt8(ascii: ":")])
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

  private mutating func raw(_ text: String) {
    separate()
    bytes.append(contentsOf: text.utf8)
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
  }

  private mutating func quoted(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(contentsOf: [UInt8(ascii: "\\"), byte])
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
