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

  @Test func `a broken event of a batch is rejected alone`() throws {
    let broken = element("2", #","userId":null"#)
    let batch = """
      {"x":{"batch":[0]},"batch" : [ \(element("1")) ,7, \(broken)\n,\(element("3"))]}
      """
    let decoded = try decode(batch)
    #expect(decoded.events.map { $0.string(.eventID) } == ["1", "3"])
    #expect(
      decoded.rejections == [
        RejectedInput(.notAnObject, "the event is 7"),
        RejectedInput(.missingPerson, "there is neither a user id nor an anonymous id"),
      ])
    #expect(decoded.parts.map { $0?.name } == ["/batch/1", "/batch/2"])
    #expect(decoded.parts.map { $0?.text } == ["7", broken])
  }

  @Test(arguments: [
    #"[1,"a\"],[",{"b":[2,"]"]},null , true]"#, "[-1.5e3]", "[]", #"["\\"  ,[[]]]"#,
    #"[ { } , [ ] ,"",{"batch":[9]}]"#,
  ])
  func `each event of a batch is found as it lies there`(array: String) throws {
    let decoded = try decode(#" {"a":[{"batch":1}],"batch":0,"batch" : \#(array) , "b":"]}"} "#)
    let texts = decoded.parts.compactMap { $0?.text }
    #expect(texts.count == decoded.rejections.count)
    // Put together again they are what they were.
    let spaceless = array.filter { $0 != " " }
    #expect("[\(texts.joined(separator: ","))]".filter { $0 != " " } == spaceless)
  }

  @Test func `a batch of many broken events is read once`() throws {
    let count = 20_000
    let body = String(repeating: "7,", count: count - 1) + "7"
    let decoded = try decode(#"{"batch":[\#(body)]}"#)
    #expect(decoded.rejections.count == count)
    #expect(decoded.parts.allSatisfy { $0?.text == "7" })
  }

  @Test func `a record's only event is no part`() throws {
    #expect(try decode("7").parts.map { $0?.name } == [nil])
    var decoding = try Decoding()
    _ = decoding.decode(#"{"batch":[7]}"#)
    #expect(decoding.decode("{").parts.map { $0?.name } == [nil])
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
    #expect(try decode(#"{"batch":[\#(inner)]}"#).rejections.map(\.code) == [.wrongType])
    #expect(try decode(#"{"batch":{}}"#).rejected?.code == .wrongType)
  }

  @Test func `an event may have a batch of its own`() throws {
    let record = SegmentSamples.track(#""batch":[1,2]"#)
    #expect(try decode(record).event != nil)
  }
}
