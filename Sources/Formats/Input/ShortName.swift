/// A name of up to sixteen bytes, as two words: compared with a table of known names at once.
struct ShortName: Hashable {
  private let low: UInt64
  private let high: UInt64

  /// `nil` if the bytes are more than sixteen, and so none of the known names.
  @inline(__always)
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count <= 16 else { return nil }
    var words: (UInt64, UInt64) = (0, 0)
    for (index, byte) in bytes.enumerated() {
      if index < 8 {
        words.0 |= UInt64(byte) << UInt64(index * 8)
      } else {
        words.1 |= UInt64(byte) << UInt64(index * 8 - 64)
      }
    }
    (low, high) = words
  }

  init(_ name: StaticString) {
    guard
      let name = ShortName(
        UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    else { preconditionFailure("a known name is short") }
    self = name
  }

  /// The same name in lower case, ASCII only.
  var lowercased: ShortName { ShortName(low: Self.lowercased(low), high: Self.lowercased(high)) }

  private init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }

  private static func lowercased(_ word: UInt64) -> UInt64 {
    var result: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      let byte = UInt8(truncatingIfNeeded: word >> shift)
      let isUpper = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
      result |= UInt64(isUpper ? byte | 0x20 : byte) << shift
    }
    return result
  }
}
