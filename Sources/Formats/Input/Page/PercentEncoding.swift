/// The encoding of values in a URL's query: `%C3%BC` is `ü` and `+` a space.
enum PercentEncoding {
  /// Decodes `bytes` into `result`, replacing what is in it. What is no escape stays as it is.
  ///
  /// False if the bytes had better be used as they are: there is nothing to decode, or it would
  /// not be valid UTF-8.
  static func decode(_ bytes: UnsafeRawBufferPointer, into result: inout [UInt8]) -> Bool {
    let isEncoded = bytes.contains { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }
    guard isEncoded else { return false }
    result.removeAll(keepingCapacity: true)
    var position = 0
    var isASCII = true
    while position < bytes.count {
      var byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "+") {
        byte = UInt8(ascii: " ")
      } else if byte == UInt8(ascii: "%"), position + 2 <= bytes.count,
        let high = nibble(bytes[position]), let low = nibble(bytes[position + 1])
      {
        byte = high << 4 | low
        position += 2
      }
      isASCII = isASCII && byte < 0x80
      result.append(byte)
    }
    return isASCII || isValidUTF8(result)
  }

  private static func isValidUTF8(_ bytes: [UInt8]) -> Bool {
    do throws(UTF8.ValidationError) {
      _ = try UTF8Span(validating: bytes.span)
      return true
    } catch {
      return false
    }
  }

  private static func nibble(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
