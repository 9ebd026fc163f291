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

  /// Reads a day, `2026-03-05`: its beginning in UTC.
  package init?(day bytes: UnsafeRawBufferPointer) {
    var scanner = TimeScanner(bytes)
    guard let time = scanner.scanDay(), time.isWritable else { return nil }
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
    withUnsafeTemporaryAllocation(byteCount: 24, alignment: 1) { text in
      EventTime.write(date.year, digits: 4, then: UInt8(ascii: "-"), at: 0, in: text)
      EventTime.write(date.month, digits: 2, then: UInt8(ascii: "-"), at: 5, in: text)
      EventTime.write(date.day, digits: 2, then: UInt8(ascii: "T"), at: 8, in: text)
      EventTime.write(Int(rest / 3_600_000), digits: 2, then: UInt8(ascii: ":"), at: 11, in: text)
      EventTime.write(Int(rest / 60_000 % 60), digits: 2, then: UInt8(ascii: ":"), at: 14, in: text)
      EventTime.write(Int(rest / 1_000 % 60), digits: 2, then: UInt8(ascii: "."), at: 17, in: text)
      EventTime.write(Int(rest % 1_000), digits: 3, then: UInt8(ascii: "Z"), at: 20, in: text)
      bytes.append(contentsOf: UnsafeRawBufferPointer(text))
    }
  }

  private static func write(
    _ number: Int, digits: Int, then separator: UInt8, at position: Int,
    in text: UnsafeMutableRawBufferPointer
  ) {
    var rest = number
    for place in (position..<position + digits).reversed() {
      text[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
    text[position + digits] = separator
  }
}
