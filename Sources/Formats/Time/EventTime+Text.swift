package import Attribution

extension EventTime {
  /// 0001-01-01T00:00:00.000Z, the first moment that can be written.
  package static var earliest: EventTime { EventTime(milliseconds: -62_135_596_800_000) }
  /// 9999-12-31T23:59:59.999Z, the last moment that can be written.
  package static var latest: EventTime { EventTime(milliseconds: 253_402_300_799_999) }

  /// Whether it lies in the years 1 to 9999.
  package var isWritable: Bool { self >= .earliest && self <= .latest }

  /// Reads RFC 3339: `2026-03-05T08:52:34.125+01:00`.
  ///
  /// Also read, because trackers and databases write it: a space instead of the `T`, and no zone
  /// at all, which means UTC. A fraction may have any number of digits; what is shorter than a
  /// millisecond is cut off. Leap seconds, hour 24 and days that are not in the calendar are `nil`.
  package init?(text bytes: UnsafeRawBufferPointer) {
    var scanner = TimeScanner(bytes)
    guard let time = scanner.scanTime(), time.isWritable else { return nil }
    self = time
  }

  /// Reads a Unix time: seconds if its magnitude is below 10^11, which is the year 5138, otherwise
  /// milliseconds. `nil` outside of the years 1 to 9999.
  package init?(unixTime number: Double) {
    let milliseconds = (number.magnitude < 1e11 ? number * 1_000 : number).rounded()
    guard let whole = Int64(exactly: milliseconds) else { return nil }
    self.init(milliseconds: whole)
    guard isWritable else { return nil }
  }

  /// Appends RFC 3339 in UTC with milliseconds: `2026-03-05T08:52:34.000Z`, always 24 bytes.
  ///
  /// A time outside of the years 1 to 9999 is written as the first or last moment of them.
  package func append(to bytes: inout [UInt8]) {
    let time = Swift.min(Swift.max(self, .earliest), .latest)
    var days = time.milliseconds / 86_400_000
    var rest = time.milliseconds % 86_400_000
    if rest < 0 {
      days -= 1
      rest += 86_400_000
    }
    let date = CalendarDay(daysSince1970: Int(days))
    EventTime.append(date.year, digits: 4, UInt8(ascii: "-"), to: &bytes)
    EventTime.append(date.month, digits: 2, UInt8(ascii: "-"), to: &bytes)
    EventTime.append(date.day, digits: 2, UInt8(ascii: "T"), to: &bytes)
    EventTime.append(Int(rest / 3_600_000), digits: 2, UInt8(ascii: ":"), to: &bytes)
    EventTime.append(Int(rest / 60_000 % 60), digits: 2, UInt8(ascii: ":"), to: &bytes)
    EventTime.append(Int(rest / 1_000 % 60), digits: 2, UInt8(ascii: "."), to: &bytes)
    EventTime.append(Int(rest % 1_000), digits: 3, UInt8(ascii: "Z"), to: &bytes)
  }

  private static func append(
    _ number: Int, digits: Int, _ separator: UInt8, to bytes: inout [UInt8]
  ) {
    var divisor = digits == 4 ? 1_000 : digits == 3 ? 100 : 10
    while divisor > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
      divisor /= 10
    }
    bytes.append(separator)
  }
}
