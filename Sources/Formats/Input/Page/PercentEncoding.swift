/// The encoding of values in a URL's query: `%C3%BC` is `ü` and `+` a space.
enum PercentEncoding {
  /// Calls `body` with the decoded text; what is no escape stays as it is.
  ///
  /// With `nil` if the bytes had better be used as they are: there is nothing to decode, or it
  /// would not be valid UTF-8.
  static func withDecoded(
    _ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer?) -> Void
  ) {
    guard ByteSearch.firstIndex(of: "%", or: "+", in: bytes) < bytes.count else {
      return body(nil)
    }
    withUnsafeTemporaryAllocation(byteCount: bytes.count, alignment: 1) { memory in
      let count = decode(bytes, into: memory)
      let decoded = UnsafeRawBufferPointer(rebasing: memory[..<count])
      body(isValidUTF8(decoded) ? decoded : nil)
    }
  }

  /// Returns how many bytes it makes: never more than there are.
  private static func decode(
    _ bytes: UnsafeRawBufferPointer, into result: UnsafeMutableRawBufferPointer
  ) -> Int {
    var position = 0
    var count = 0
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
      result[count] = byte
      count += 1
    }
    return count
  }

  private static func isValidUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
    do throws(UTF8.ValidationError) {
      _ = try UTF8Span(validating: bytes.assumingMemoryBound(to: UInt8.self).span)
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
