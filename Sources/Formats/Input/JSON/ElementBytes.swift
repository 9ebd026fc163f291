/// Finds where in a document the elements of an array lie, so that one of them can be handed on as
/// it came.
///
/// The document must be valid JSON. Elements are asked for in rising order, and each byte is looked
/// at once, however many are asked for.
struct ElementBytes {
  private let bytes: UnsafeRawBufferPointer
  /// The beginning of element `number`; `nil` once there is none.
  private var position: Int?
  private var number = 0

  /// `pointer` names the array by keys that need no escaping.
  init(ofArrayAt pointer: String, in bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
    var place: Int? = skipSpace(from: 0)
    for key in pointer.split(separator: "/") {
      place = place.flatMap { value(of: Array(key.utf8), inObjectAt: $0) }
    }
    guard let place, byte(at: place) == UInt8(ascii: "[") else { return }
    position = skipSpace(from: place + 1)
  }

  /// The bytes of element `wanted`, which must not be below the one before.
  mutating func bytes(of wanted: Int) -> UnsafeRawBufferPointer? {
    while let start = position, byte(at: start) != UInt8(ascii: "]") {
      let end = endOfValue(at: start)
      if number == wanted { return UnsafeRawBufferPointer(rebasing: bytes[start..<end]) }
      let comma = skipSpace(from: end)
      position = byte(at: comma) == UInt8(ascii: ",") ? skipSpace(from: comma + 1) : nil
      number += 1
    }
    return nil
  }

  /// Where the value of `key` begins; of keys that are given twice the last one counts.
  private func value(of key: [UInt8], inObjectAt start: Int) -> Int? {
    guard byte(at: start) == UInt8(ascii: "{") else { return nil }
    var found: Int?
    var place = skipSpace(from: start + 1)
    while byte(at: place) == UInt8(ascii: "\"") {
      let end = endOfText(at: place)
      let isKey = bytes[place + 1..<end - 1].elementsEqual(key)
      // Over the colon.
      let value = skipSpace(from: skipSpace(from: end) + 1)
      if isKey { found = value }
      let comma = skipSpace(from: endOfValue(at: value))
      guard byte(at: comma) == UInt8(ascii: ",") else { break }
      place = skipSpace(from: comma + 1)
    }
    return found
  }

  private func endOfValue(at start: Int) -> Int {
    var depth = 0
    var place = start
    repeat {
      switch byte(at: place) {
      case UInt8(ascii: "\""): place = endOfText(at: place)
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        place += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        place += 1
      case UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: " "), UInt8(ascii: "\n"),
        UInt8(ascii: "\r"), UInt8(ascii: "\t"):
        place += 1
      default: place = endOfWord(at: place)
      }
    } while depth > 0 && place < bytes.count
    return min(place, bytes.count)
  }

  /// After the closing quote.
  private func endOfText(at start: Int) -> Int {
    var place = start + 1
    while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
      place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(place + 1, bytes.count)
  }

  /// After a number or `true`, `false`, `null`.
  private func endOfWord(at start: Int) -> Int {
    var place = start
    while place < bytes.count, !" \n\r\t,:]}".utf8.contains(bytes[place]) { place += 1 }
    return max(place, start + 1)
  }

  private func skipSpace(from start: Int) -> Int {
    var place = start
    while place < bytes.count, " \n\r\t".utf8.contains(bytes[place]) { place += 1 }
    return place
  }

  /// Zero, which valid JSON does not have here, after the last.
  private func byte(at place: Int) -> UInt8 { place < bytes.count ? bytes[place] : 0 }
}
