/// Finds one of two bytes, eight at a time: URLs are long, and what divides them is rare.
enum ByteSearch {
  /// The first place from `start` on of either byte; the end if there is none.
  @inline(__always)
  static func firstIndex(
    of first: Unicode.Scalar, or second: Unicode.Scalar, in bytes: UnsafeRawBufferPointer,
    from start: Int = 0
  ) -> Int {
    let (first, second) = (UInt8(ascii: first), UInt8(ascii: second))
    let ones: UInt64 = 0x0101_0101_0101_0101
    var position = start
    while position + 8 <= bytes.count {
      let word = UInt64(
        littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
      // A byte that is looked for becomes zero. Borrowing can mark bytes above a zero byte
      // wrongly, never below it, and only the lowest mark is used.
      let left = word ^ ones &* UInt64(first)
      let right = word ^ ones &* UInt64(second)
      let marks =
        ((left &- ones) & ~left | (right &- ones) & ~right) & 0x8080_8080_8080_8080
      if marks != 0 { return position + marks.trailingZeroBitCount / 8 }
      position += 8
    }
    while position < bytes.count, bytes[position] != first, bytes[position] != second {
      position += 1
    }
    return position
  }
}
