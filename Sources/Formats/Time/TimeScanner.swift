internal import Attribution

/// Reads one RFC 3339 time from left to right.
struct TimeScanner {
  private let bytes: UnsafeRawBufferPointer
  private var position = 0

  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
  }

  /// `nil` unless the bytes are a time and nothing else.
  mutating func scanTime() -> EventTime? {
    guard let year = scanNumber(digits: 4), scan("-"),
      let month = scanNumber(digits: 2), scan("-"),
      let day = scanNumber(digits: 2),
      let date = CalendarDay(year: year, month: month, day: day),
      scan("T") || scan("t") || scan(" "),
      let hour = scanNumber(digits: 2), hour < 24, scan(":"),
      let minute = scanNumber(digits: 2), minute < 60, scan(":"),
      let second = scanNumber(digits: 2), second < 60,
      let fraction = scanFraction(),
      let offset = scanZone(),
      position == bytes.count
    else { return nil }
    let minutes = (date.daysSince1970 * 24 + hour) * 60 + minute - offset
    return EventTime(milliseconds: Int64((minutes * 60 + second) * 1_000 + fraction))
  }

  /// Milliseconds; 0 where there is no fraction.
  private mutating func scanFraction() -> Int? {
    guard scan(".") else { return 0 }
    var milliseconds = 0
    var unit = 100
    let start = position
    while position < bytes.count, let digit = digit(at: position) {
      milliseconds += digit * unit
      unit /= 10
      position += 1
    }
    return position > start ? milliseconds : nil
  }

  /// Minutes east of Greenwich; 0 where there is no zone.
  private mutating func scanZone() -> Int? {
    if position == bytes.count || scan("Z") || scan("z") { return 0 }
    let isWest = scan("-")
    guard isWest || scan("+"),
      let hours = scanNumber(digits: 2), hours < 24, scan(":"),
      let minutes = scanNumber(digits: 2), minutes < 60
    else { return nil }
    let offset = hours * 60 + minutes
    return isWest ? -offset : offset
  }

  private mutating func scanNumber(digits: Int) -> Int? {
    guard bytes.count - position >= digits else { return nil }
    var number = 0
    for _ in 0..<digits {
      guard let digit = digit(at: position) else { return nil }
      number = number * 10 + digit
      position += 1
    }
    return number
  }

  private func digit(at position: Int) -> Int? {
    let digit = bytes[position] &- UInt8(ascii: "0")
    return digit < 10 ? Int(digit) : nil
  }

  private mutating func scan(_ character: Unicode.Scalar) -> Bool {
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }
}
