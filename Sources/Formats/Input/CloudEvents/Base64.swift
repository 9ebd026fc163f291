/// RFC 4648's encoding of bytes as text, as CloudEvents have it in `data_base64`.
enum Base64 {
  /// Decodes `text` into `bytes`, which must have room for three bytes of every four letters.
  ///
  /// Returns how many bytes there are; `nil` if the text is not base64. Padding may be left out.
  static func decode(
    _ text: UnsafeRawBufferPointer, into bytes: UnsafeMutableRawBufferPointer
  ) -> Int? {
    var letters = text.count
    while letters > 0, text.count - letters < 2, text[letters - 1] == UInt8(ascii: "=") {
      letters -= 1
    }
    guard letters % 4 != 1, letters == text.count || text.count % 4 == 0 else { return nil }
    var count = 0
    var bits: UInt32 = 0
    var bitCount = 0
    for position in 0..<letters {
      guard let value = value(of: text[position]) else { return nil }
      bits = bits << 6 | UInt32(value)
      bitCount += 6
      if bitCount >= 8 {
        bitCount -= 8
        bytes[count] = UInt8(truncatingIfNeeded: bits >> UInt32(bitCount))
        count += 1
      }
    }
    return count
  }

  private static func value(of letter: UInt8) -> UInt8? {
    switch letter {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): letter - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): letter - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): letter - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
    case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
    default: nil
    }
  }
}
