/// The id of an event: what makes two deliveries of one event the same.
///
/// A UUID in its canonical lower-case spelling, which is what nearly every tracker sends, takes
/// sixteen bytes; any other text is kept as it came.
package enum EventID: Hashable, Sendable {
  case uuid(high: UInt64, low: UInt64)
  case text(String)

  package init(_ bytes: UnsafeRawBufferPointer) {
    if let (high, low) = EventID.canonicalUUID(bytes) {
      self = .uuid(high: high, low: low)
    } else {
      self = .text(String(decoding: bytes, as: UTF8.self))
    }
  }

  package init(_ text: String) {
    var text = text
    self = text.withUTF8 { EventID(UnsafeRawBufferPointer($0)) }
  }

  private static func canonicalUUID(_ bytes: UnsafeRawBufferPointer) -> (UInt64, UInt64)? {
    let dash = UInt8(ascii: "-")
    guard bytes.count == 36, bytes[8] == dash, bytes[13] == dash, bytes[18] == dash,
      bytes[23] == dash,
      let first = number(ofDigits: eight(bytes, at: 0)),
      let second = number(ofDigits: eight(bytes, at: 9, 14)),
      let third = number(ofDigits: eight(bytes, at: 19, 24)),
      let fourth = number(ofDigits: eight(bytes, at: 28))
    else { return nil }
    return (first << 32 | second, third << 32 | fourth)
  }

  private static func eight(_ bytes: UnsafeRawBufferPointer, at start: Int) -> UInt64 {
    UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self))
  }

  private static func eight(
    _ bytes: UnsafeRawBufferPointer, at first: Int, _ second: Int
  ) -> UInt64 {
    let low = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: first, as: UInt32.self))
    let high = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: second, as: UInt32.self))
    return UInt64(high) << 32 | UInt64(low)
  }

  /// The number that eight hexadecimal digits spell, the first in the lowest byte; `nil` if one is
  /// no digit or in upper case. All eight at once, because this is done for every event.
  private static func number(ofDigits word: UInt64) -> UInt64? {
    let ones: UInt64 = 0x0101_0101_0101_0101
    // Letters have the bit 0x40 and begin with a low nibble of 1, which stands for ten.
    let letters = word >> 6 & ones
    let values = (word & (ones &* 0x0f)) &+ (letters &* 9)
    guard values & (ones &* 0xf0) == 0 else { return nil }
    // Spelled again, only the digits meant here come out as they went in.
    let beyondNine = (values &+ (ones &* 6)) >> 4 & ones
    guard values &+ (ones &* 0x30) &+ (beyondNine &* 0x27) == word else { return nil }
    var packed = values.byteSwapped
    packed = (packed | packed >> 4) & 0x00ff_00ff_00ff_00ff
    packed = (packed | packed >> 8) & 0x0000_ffff_0000_ffff
    return (packed | packed >> 16) & 0xffff_ffff
  }
}

extension EventID: CustomStringConvertible, Comparable {
  /// The text it was read from.
  package var description: String {
    switch self {
    case .text(let text): return text
    case .uuid(let high, let low):
      var bytes: [UInt8] = []
      bytes.reserveCapacity(36)
      EventID.appendUUID(high, low, to: &bytes)
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  /// Appends the 36 characters of a UUID.
  package static func appendUUID(_ high: UInt64, _ low: UInt64, to bytes: inout [UInt8]) {
    let second = digits(of: high)
    let third = digits(of: low >> 32)
    withUnsafeTemporaryAllocation(byteCount: 36, alignment: 1) { buffer in
      buffer.storeBytes(of: digits(of: high >> 32), as: UInt64.self)
      buffer.storeBytes(of: UInt32(truncatingIfNeeded: second), toByteOffset: 9, as: UInt32.self)
      buffer.storeBytes(
        of: UInt32(truncatingIfNeeded: second >> 32), toByteOffset: 14, as: UInt32.self)
      buffer.storeBytes(of: UInt32(truncatingIfNeeded: third), toByteOffset: 19, as: UInt32.self)
      buffer.storeBytes(
        of: UInt32(truncatingIfNeeded: third >> 32), toByteOffset: 24, as: UInt32.self)
      buffer.storeBytes(of: digits(of: low), toByteOffset: 28, as: UInt64.self)
      for place in [8, 13, 18, 23] { buffer[place] = UInt8(ascii: "-") }
      bytes.append(contentsOf: UnsafeRawBufferPointer(buffer))
    }
  }

  /// The eight hexadecimal digits of the number's lower half, the first in the lowest byte.
  private static func digits(of number: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    var values = number & 0xffff_ffff
    values = (values | values << 16) & 0x0000_ffff_0000_ffff
    values = (values | values << 8) & 0x00ff_00ff_00ff_00ff
    values = ((values | values << 4) & 0x0f0f_0f0f_0f0f_0f0f).byteSwapped
    let beyondNine = (values &+ (ones &* 6)) >> 4 & ones
    return (values &+ (ones &* 0x30) &+ (beyondNine &* 0x27)).littleEndian
  }

  /// The order of the ids' text, byte by byte: it settles ties of event time.
  package static func < (left: EventID, right: EventID) -> Bool {
    switch (left, right) {
    case (.uuid(let high1, let low1), .uuid(let high2, let low2)):
      return (high1, low1) < (high2, low2)
    case (.uuid, .text), (.text, .uuid), (.text, .text):
      return left.description.utf8.lexicographicallyPrecedes(right.description.utf8)
    }
  }
}
