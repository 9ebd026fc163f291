import Attribution
import Formats
import Testing

@Suite struct TimeTextTests {
  private func time(_ text: String) -> EventTime? {
    Array(text.utf8).withUnsafeBytes { EventTime(text: $0) }
  }

  private func text(_ time: EventTime) -> String {
    var bytes: [UInt8] = []
    time.append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test(
    arguments: [
      ("1970-01-01T00:00:00Z", 0),
      ("1970-01-01T00:00:00.001Z", 1),
      ("1969-12-31T23:59:59.999Z", -1),
      ("2026-03-05T08:52:34.000Z", 1_772_700_754_000),
      ("2026-03-05T08:52:34Z", 1_772_700_754_000),
      ("2026-03-05t08:52:34z", 1_772_700_754_000),
      ("2026-03-05 08:52:34", 1_772_700_754_000),
      ("2026-03-05T08:52:34.1Z", 1_772_700_754_100),
      ("2026-03-05T08:52:34.1239999999999999999999Z", 1_772_700_754_123),
      ("2026-03-05T09:52:34.5+01:00", 1_772_700_754_500),
      ("2026-03-05T03:22:34-05:30", 1_772_700_754_000),
      ("2026-03-05T08:52:34-00:00", 1_772_700_754_000),
      ("2024-02-29T00:00:00Z", 1_709_164_800_000),
      ("2000-02-29T00:00:00Z", 951_782_400_000),
      ("0001-01-01T00:00:00Z", -62_135_596_800_000),
      ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
    ] as [(String, Int64)])
  func `times are read to the millisecond`(text: String, milliseconds: Int64) {
    #expect(time(text) == EventTime(milliseconds: milliseconds))
  }

  @Test(arguments: [
    "", " ", "2026", "2026-03-05", "2026-03-05T", "2026-03-05T08:52", "2026-03-05T08:52Z",
    "2026-3-05T08:52:34Z", "26-03-05T08:52:34Z", "02026-03-05T08:52:34Z",
    "2026-03-05T08:52:34.Z", "2026-03-05T08:52:34.", "2026-03-05T08:52:34,5Z",
    "2026-03-05T08:52:34+0100", "2026-03-05T08:52:34+01", "2026-03-05T08:52:34+24:00",
    "2026-03-05T08:52:34+01:60", "2026-03-05T08:52:34ZZ", "2026-03-05T08:52:34 Z",
    " 2026-03-05T08:52:34Z", "2026-03-05T08:52:34Z ", "2026-03-05_08:52:34Z",
    "2026-00-05T08:52:34Z", "2026-13-05T08:52:34Z", "2026-03-00T08:52:34Z",
    "2026-03-32T08:52:34Z", "2026-04-31T08:52:34Z", "2026-02-29T08:52:34Z",
    "1900-02-29T08:52:34Z", "2100-02-29T08:52:34Z", "2024-02-30T08:52:34Z",
    "2026-03-05T24:00:00Z", "2026-03-05T08:60:34Z", "2026-03-05T08:52:60Z",
    "2016-12-31T23:59:60Z", "0000-01-01T00:00:00Z", "-001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "+026-03-05T08:52:34Z",
    "2026-03-05T-1:52:34Z", "２026-03-05T08:52:34Z", "1772700754", "now",
  ])
  func `text that is no time is refused`(text: String) {
    #expect(time(text) == nil)
  }

  @Test(arguments: ["0001-01-01T00:00:00Z", "1799-12-31T00:00:00Z", "9599-12-30T00:00:00Z"])
  func `every day of four centuries comes back as it was written`(first: String) throws {
    let start = try #require(time(first)).milliseconds
    var previous = ""
    for number in 0..<146_099 {
      let day = start + Int64(number) * 86_400_000
      guard day <= EventTime.latest.milliseconds else { break }
      // A moment of the day that moves on, so that hours, minutes and fractions vary as well.
      let moment = EventTime(milliseconds: day + Int64(number) * 7_919_333 % 86_400_000)
      let written = text(moment)
      guard time(written) == moment, written.utf8.count == 24, written > previous else {
        Issue.record("\(moment.milliseconds) was written \(written), after \(previous)")
        return
      }
      previous = written
    }
  }

  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
      (1_772_700_754_000, "2026-03-05T08:52:34.000Z"),
      (951_868_799_999, "2000-02-29T23:59:59.999Z"), (951_868_800_000, "2000-03-01T00:00:00.000Z"),
      (-2_203_891_200_000, "1900-03-01T00:00:00.000Z"),
      (-2_203_891_200_001, "1900-02-28T23:59:59.999Z"),
      (Int64.min / 4, "0001-01-01T00:00:00.000Z"), (Int64.max, "9999-12-31T23:59:59.999Z"),
      (Int64.min, "0001-01-01T00:00:00.000Z"),
    ] as [(Int64, String)])
  func `times are written in UTC with milliseconds`(milliseconds: Int64, expected: String) {
    #expect(text(EventTime(milliseconds: milliseconds)) == expected)
  }

  @Test func `a time is appended to what is there`() {
    var bytes = Array("at ".utf8)
    EventTime(milliseconds: 0).append(to: &bytes)
    #expect(String(decoding: bytes, as: UTF8.self) == "at 1970-01-01T00:00:00.000Z")
  }

  @Test(
    arguments: [
      (0, 0), (1_772_700_754, 1_772_700_754_000), (1_772_700_754.125, 1_772_700_754_125),
      (1_772_700_754_125, 1_772_700_754_125), (-1, -1_000), (99_999_999_999, 99_999_999_999_000),
      (100_000_000_000, 100_000_000_000), (253_402_300_799_999, 253_402_300_799_999),
      (253_402_300_800_000, nil), (-62_135_596_800, -62_135_596_800_000),
      (-62_135_596_801, nil), (1e300, nil), (-1e300, nil), (.infinity, nil), (.nan, nil),
    ] as [(Double, Int64?)])
  func `Unix times are seconds or milliseconds by size`(number: Double, milliseconds: Int64?) {
    #expect(EventTime(unixTime: number)?.milliseconds == milliseconds)
  }
}
