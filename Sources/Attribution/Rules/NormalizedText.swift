/// Text as rules compare it: without white space around it, in lower case.
///
/// The value holds the normalised form of a rule's operand; an event's text is normalised while it
/// is compared, so that matching allocates nothing for ASCII.
package struct NormalizedText: Hashable, Sendable {
  package let bytes: [UInt8]

  package init(_ text: some StringProtocol) {
    bytes = Array(text.lowercased().utf8).withUnsafeBytes { Array(NormalizedText.trimmed($0)) }
  }

  package var string: String { String(decoding: bytes, as: UTF8.self) }

  /// `bytes` without ASCII white space at either end.
  @inlinable
  package static func trimmed(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    var start = 0
    var end = bytes.count
    while start < end, isSpace(bytes[start]) { start += 1 }
    while end > start, isSpace(bytes[end - 1]) { end -= 1 }
    return UnsafeRawBufferPointer(rebasing: bytes[start..<end])
  }

  @inlinable @inline(__always)
  package static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte &- 0x09 < 5
  }

  @inlinable @inline(__always)
  package static func lowercased(_ byte: UInt8) -> UInt8 {
    byte &- 0x41 < 26 ? byte | 0x20 : byte
  }

  /// Whether `other`, already trimmed, is this text apart from case.
  package func matches(trimmed other: UnsafeRawBufferPointer) -> Bool {
    let isSame = bytes.withUnsafeBytes { operand in
      operand.count == other.count
        && zip(operand, other).allSatisfy { $0 == NormalizedText.lowercased($1) }
    }
    // Lower case beyond ASCII may change the length, and is rare: only there a String is made.
    if isSame || !other.contains(where: { $0 >= 0x80 }) { return isSame }
    return NormalizedText(String(decoding: other, as: UTF8.self)).bytes == bytes
  }
}
