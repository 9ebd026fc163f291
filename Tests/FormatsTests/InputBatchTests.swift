import Attribution
import Formats
import Testing

@Suite struct InputBatchTests {
  private func element(_ id: String, _ more: String = "") -> String {
    #"{"type":"track","event":"E","messageId":"\#(id)","userId":"u","timestamp":"2026-03-05T08:52:34Z"\#(more)}"#
  }

  @Test func `a batch is one event after the other, each on its own`() throws {
    let batch = """
      {"batch":[\(element("1", #","properties":{"a":1}"#)),\(element("2")),\
      \(element("3", #","properties":{"a":3}"#))],"sentAt":"2026-03-05T08:52:35Z"}
      """
    let decoded = try decode(batch, pointers: ["/properties/a", "/batch"])
    #expect(decoded.rejected == nil)
    #expect(decoded.events.map { $0.string(.eventID) } == ["1", "2", "3"])
    #expect(decoded.events.map { $0.number(FieldIndex(pointer: 0)) } == [1, nil, 3])
    #expect(
      decoded.events.map { $0.kind(FieldIndex(pointer: 1)) } == [.missing, .missing, .missing])
  }

  @Test func `the good events of a batch are kept and the others counted`() throws {
    let batch = """
      {"batch":[\(element("1")),7,\(element("2", #","userId":null"#)),\(element("3"))]}
      """
    let decoded = try decode(batch)
    #expect(decoded.events.map { $0.string(.eventID) } == ["1", "3"])
    #expect(
      decoded.rejected
        == RejectedInput(
          .notAnObject, "2 of 4 events rejected, the first in /batch/1: the event is 7"))
  }

  @Test func `the times of a batch are those of its events`() throws {
    let batch = #"""
      {"sentAt":"2026-03-05T10:00:05Z","receivedAt":"2026-03-05T08:00:06Z","batch":[
      {"type":"page","userId":"u","originalTimestamp":"2026-03-05T10:00:00Z"},
      {"type":"page","userId":"u","originalTimestamp":"2026-03-05T10:00:00Z",
       "sentAt":"2026-03-05T10:00:00Z"},{"type":"page","userId":"u"}]}
      """#
    let decoded = try decode(batch)
    #expect(
      decoded.events.map(\.time) == [
        .at("2026-03-05T08:00:01Z"), .at("2026-03-05T08:00:06Z"), .at("2026-03-05T08:00:06Z"),
      ])
    #expect(decoded.events.allSatisfy { $0.received == .at("2026-03-05T08:00:06Z") })
  }

  @Test func `events of a batch without ids differ by their place`() throws {
    let event = #"{"type":"page","userId":"u","timestamp":"2026-03-05T08:52:34Z"}"#
    let decoded = try decode(#"{"batch":[\#(event),\#(event)]}"#)
    let ids = decoded.events.compactMap { $0.string(.eventID) }
    #expect(ids.count == 2)
    #expect(ids[0].hasSuffix("-0") && ids[1].hasSuffix("-1"))
    #expect(ids[0].dropLast(2) == ids[1].dropLast(2))
  }

  @Test func `an empty batch is no event and no mistake`() throws {
    let decoded = try decode(#"{"batch":[]}"#)
    #expect(decoded.events.isEmpty && decoded.rejected == nil)
  }

  @Test func `a batch inside a batch is no event`() throws {
    let inner = #"{"batch":[\#(element("1"))]}"#
    #expect(try decode(#"{"batch":[\#(inner)]}"#).rejected?.code == .wrongType)
    #expect(try decode(#"{"batch":{}}"#).rejected?.code == .wrongType)
  }

  @Test func `an event may have a batch of its own`() throws {
    let record = SegmentSamples.track(#""batch":[1,2]"#)
    #expect(try decode(record).event != nil)
  }
}
