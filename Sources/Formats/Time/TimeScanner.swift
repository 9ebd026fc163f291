internal import Attribution

/// Reads one RFC 3339 time: a date and a time of day at fixed places, then a fraction and a zone.
struct TimeScanner {
  private let bytes: UnsafeRawBufferPointer
  private var position = 19
  /// Whether every digit read so far was one.
  private var isNumeric = true

  /// `2026-03-05T08:52:34`
  private static let shortest = 19

  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
  }

  /// `nil` unless the bytes are a time and nothing else.
  mutating func scanTime() -> EventTime? {
    guard bytes.count >= TimeScanner.shortest,
      isByte(at: 4, "-"), isByte(at: 7, "-"), isByte(at: 13, ":"), isByte(at: 16, ":"),
      isByte(at: 10, "T") || isByte(at: 10, "t") || isByte(at: 10, " ")
    else { return nil }
    let year = pair(at: 0) * 100 + pair(at: 2)
    let (month, day) = (pair(at: 5), pair(at: 8))
    let (hour, minute, second) = (pair(at: 11), pair(at: 14), pair(at: 17))
    let fraction = scanFraction()
    let offset = scanZone()
    guard isNumeric, position == bytes.count, hour < 24, minute < 60, second < 60,
      let date = CalendarDay(year: year, month: month, day: day),
      let fraction, let offset
    else { return nil }
    let minutes = (date.daysSince1970 * 24 + hour) * 60 + minute - offset
    return EventTime(milliseconds: Int64((minutes * 60 + second) * 1_000 + fraction))
  }

  /// The beginning, in UTC, of the day that the bytes are; `nil` unless they are one and nothing else.
  mutating func scanDay() -> EventTime? {
    guard bytes.count == 10, isByte(at: 4, "-"), isByte(at: 7, "-") else { return nil }
    let year = pair(at: 0) * 100 + pair(at: 2)
    let (month, day) = (pair(at: 5), pair(at: 8))
    guard isNumeric, let date = CalendarDay(year: year, month: month, day: day) else { return nil }
    return EventTime(milliseconds: Int64(date.daysSince1970) * 86_400_000)
  }

  /// Milliseconds; 0 where there is no fraction.
  private mutating func scanFraction() -> Int? {
    guard position < bytes.count, isByte(at: position, ".") else { return 0 }
    var milliseconds = 0
    var unit = 100
    let start = position + 1
    position = start
    while position < bytes.count {
      let digit = bytes[position] &- UInt8(ascii: "0")
      guard digit < 10 else { break }
      milliseconds += Int(digit) * unit
      unit /= 10
      position += 1
    }
    return position > start ? milliseconds : nil
  }

  /// Minutes east of Greenwich; 0 where there is no zone.
  private mutating func scanZone() -> Int? {
    guard position < bytes.count else { return 0 }
    if isByte(at: position, "Z") || isByte(at: position, "z") {
      position += 1
      return 0
    }
    let isWest = isByte(at: position, "-")
    guard isWest || isByte(at: position, "+"), bytes.count - position >= 6,
      isByte(at: position + 3, ":")
    else { return nil }
    let (hours, minutes) = (pair(at: position + 1), pair(at: position + 4))
    guard hours < 24, minutes < 60 else { return nil }
    position += 6
    return isWest ? -(hours * 60 + minutes) : hours * 60 + minutes
  }

  /// A number of two digits.
  @inline(__always)
  private mutating func pair(at position: Int) -> Int {
    let tens = bytes[position] &- UInt8(ascii: "0")
    let ones = bytes[position + 1] &- UInt8(ascii: "0")
    isNumeric = isNumeric && tens < 10 && ones < 10
    return Int(tens) * 10 + Int(ones)
  }

  @inline(__always)
  private func isByte(at position: Int, _ character: Unicode.Scalar) -> Bool {
    bytes[position] == UInt8(ascii: character)
  }
}
