import Attribution
import Testing

@testable import Insights

/// Marks are packed, and nothing of them is lost.
@Suite struct FunnelMarksTests {
  private let marks: [FunnelMark] = [
    mark(0, .text("a"), []),
    mark(1, .uuid(high: 1, low: 2), ["ios", ""], value: 35, currency: "EUR"),
    mark(1, .uuid(high: 1, low: 3), ["ios", ""], isExcluding: true),
    mark(2, .text("an id that is longer than most"), ["desktop", "Paid Search and more"]),
    mark(-7, .text("b"), [], value: -1),
    mark(9, .text("c"), ["ios", ""]),
  ]

  private static func mark(
    _ minute: Int64, _ id: EventID, _ segments: [String], isExcluding: Bool = false,
    value: Int64? = nil, currency: String? = nil
  ) -> FunnelMark {
    FunnelMark(
      time: EventTime(milliseconds: minute * 60_000), eventID: id, steps: 0x8000_0001,
      isExcluding: isExcluding, segments: segments,
      value: value.map { Amount(units: $0, scale: 2) }, currency: currency)
  }

  @Test func `what was put in comes out, also from bytes`() throws {
    let packed = FunnelMarks(marks)
    #expect(packed.unpacked == marks)
    try StateChecks.expectSound(packed)
    var read = try StateChecks.read(FunnelMarks.self, StateChecks.bytes(packed))
    #expect(read == packed)
    read.append(marks[5])
    #expect(read.unpacked == marks + [marks[5]])
    for count in 0...marks.count {
      var rest = packed
      rest.removeFirst(count)
      #expect(rest == FunnelMarks(marks.dropFirst(count)))
      #expect(rest.unpacked == Array(marks.dropFirst(count)))
    }
  }

  @Test func `bytes that no mark has are refused`() {
    var bytes = StateChecks.bytes(FunnelMarks(marks))
    bytes[1] |= 8
    #expect(throws: ByteReader.Malformed.self) {
      try StateChecks.read(FunnelMarks.self, bytes)
    }
  }
}
