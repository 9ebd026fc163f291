/// A name of up to sixteen bytes as two words: compared with known names at once.
struct ShortName: Hashable {
  let count: Int
  /// The first eight bytes, or as many as there are.
  private let first: UInt64
  /// The last eight bytes, some of which may be in `first` too; 0 where `first` holds all.
  private let last: UInt64

  /// `nil` if the bytes are more than sixteen, and so none of the known names.
  @inline(__always)
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count <= 16 else { return nil }
    count = bytes.count
    first = ShortName.word(bytes, at: 0)
    last = count > 8 ? ShortName.word(bytes, at: count - 8) : 0
  }

  init(_ name: StaticString) {
    let bytes = UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
    guard let name = ShortName(bytes) else { preconditionFailure("a known name is short") }
    self = name
  }

  private init(count: Int, first: UInt64, last: UInt64) {
    self.count = count
    self.first = first
    self.last = last
  }

  /// The same name in lower case, ASCII only.
  @inline(__always)
  var lowercased: ShortName {
    ShortName(
      count: count, first: ShortName.lowercased(first), last: ShortName.lowercased(last))
  }

  /// Eight bytes from `position` on, the first one lowest; zeros where there are fewer.
  @inline(__always)
  static func word(_ bytes: UnsafeRawBufferPointer, at position: Int) -> UInt64 {
    if position + 8 <= bytes.count {
      return UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
    }
    var word: UInt64 = 0
    var end = bytes.count
    while end > position {
      end -= 1
      word = word << 8 | UInt64(bytes[end])
    }
    return word
  }

  /// Eight bytes at once: the additions carry into the high bit of those from `A` on and of those
  /// after `Z`, and cannot carry over into the next byte, since its own high bit was cleared.
  @inline(__always)
  static func lowercased(_ word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let low = word & (ones &* 0x7f)
    let fromA = low &+ ones &* UInt64(0x80 - UInt8(ascii: "A"))
    let afterZ = low &+ ones &* UInt64(0x7f - UInt8(ascii: "Z"))
    let isUpper = fromA & ~afterZ & ~word & (ones &* 0x80)
    return word | isUpper >> 2
  }
}
