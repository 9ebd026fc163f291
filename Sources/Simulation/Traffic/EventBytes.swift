/// Builds the bytes of one event in a buffer that is used again and again.
struct EventBytes {
  var bytes: [UInt8] = []
  // The date of the day last written: nearly every timestamp shares it with the one before.
  private var day: Int64 = .min
  private var dayText: [UInt8] = []

  init() {
    bytes.reserveCapacity(1_024)
  }

  /// Appends to `bytes`.
  init(appendingTo bytes: consuming [UInt8]) {
    self.bytes = bytes
  }

  /// Forgets the bytes, keeps the buffer.
  mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
  }

  /// Appends text that needs no escapes.
  mutating func append(_ text: StaticString) {
    let count = text.utf8CodeUnitCount
    bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: count))
  }

  /// Appends `number`, which is not negative, in decimal.
  mutating func append(number: Int) {
    precondition(number >= 0, "number \(number)")
    var divisor = 1
    while number / divisor >= 10 { divisor *= 10 }
    while divisor > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
      divisor /= 10
    }
  }

  /// Exactly `digits` decimal digits of `number`, zeros in front.
  mutating func append(number: Int, digits: Int) {
    var divisor = 1
    for _ in 1..<digits { divisor *= 10 }
    while divisor > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
      divisor /= 10
    }
  }

  /// Money with two decimals: 14000 cents are `140.00`.
  mutating func append(cents: Int) {
    append(number: cents / 100)
    bytes.append(UInt8(ascii: "."))
    append(number: cents % 100, digits: 2)
  }

  /// The lowest `digits` hexadecimal digits of `word`.
  mutating func append(hex word: UInt64, digits: Int) {
    for position in stride(from: (digits - 1) * 4, through: 0, by: -4) {
      let digit = UInt8(truncatingIfNeeded: word >> UInt64(position)) & 0xf
      bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") - 10 + digit)
    }
  }

  /// The two words as a random (version 4) UUID in lower case.
  mutating func append(uuid high: UInt64, _ low: UInt64) {
    let dash = UInt8(ascii: "-")
    append(hex: high >> 32, digits: 8)
    bytes.append(dash)
    append(hex: high >> 16, digits: 4)
    bytes.append(dash)
    append(hex: 0x4000 | high & 0xfff, digits: 4)
    bytes.append(dash)
    append(hex: 0x8000 | low >> 48 & 0x3fff, digits: 4)
    bytes.append(dash)
    append(hex: low, digits: 12)
  }

  /// RFC 3339, UTC, milliseconds. Times before 1970 do not occur in a shop.
  mutating func append(time milliseconds: Int64) {
    let (day, rest) = milliseconds.quotientAndRemainder(dividingBy: 86_400_000)
    if day != self.day { setDay(day) }
    bytes.append(contentsOf: dayText)
    let time = Int(rest)
    append(number: time / 3_600_000, digits: 2)
    bytes.append(UInt8(ascii: ":"))
    append(number: time / 60_000 % 60, digits: 2)
    bytes.append(UInt8(ascii: ":"))
    append(number: time / 1_000 % 60, digits: 2)
    bytes.append(UInt8(ascii: "."))
    append(number: time % 1_000, digits: 3)
    bytes.append(UInt8(ascii: "Z"))
  }

  private mutating func setDay(_ day: Int64) {
    // Years are counted from March 1, so that the leap day is a year's last; day 0 is 0000-03-01.
    let days = Int(day) + 719_468
    let era = days / 146_097
    let dayOfEra = days % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
    let start = bytes.count
    append(number: year, digits: 4)
    bytes.append(UInt8(ascii: "-"))
    append(number: month, digits: 2)
    bytes.append(UInt8(ascii: "-"))
    append(number: dayOfYear - (153 * shiftedMonth + 2) / 5 + 1, digits: 2)
    bytes.append(UInt8(ascii: "T"))
    dayText = Array(bytes[start...])
    bytes.removeSubrange(start...)
    self.day = day
  }
}
