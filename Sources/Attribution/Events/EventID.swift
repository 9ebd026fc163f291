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
    guard bytes.count == 36 else { return nil }
    var halves: (UInt64, UInt64) = (0, 0)
    var nibbles = 0
    for (index, byte) in bytes.enumerated() {
      if index == 8 || index == 13 || index == 18 || index == 23 {
        guard byte == UInt8(ascii: "-") else { return nil }
        continue
      }
      let nibble: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): nibble = byte - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): nibble = byte - UInt8(ascii: "a") + 10
      default: return nil
      }
      if nibbles < 16 {
        halves.0 = halves.0 << 4 | UInt64(nibble)
      } else {
        halves.1 = halves.1 << 4 | UInt64(nibble)
      }
      nibbles += 1
    }
    return halves
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
    for nibble in 0..<32 {
      if nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20 {
        bytes.append(UInt8(ascii: "-"))
      }
      let half = nibble < 16 ? high : low
      let digit = UInt8(truncatingIfNeeded: half >> UInt64(60 - nibble % 16 * 4)) & 0xf
      bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
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
