import Attribution
import Formats
import Testing

/// Events of those who speak Segment's language: RudderStack, Jitsu, and senders in snake case.
@Suite struct InputSegmentFamilyTests {
  @Test func `names in snake case mean the same`() throws {
    let record = #"""
      {"type":"page","message_id":"m","anonymous_id":"a","user_id":"u",
      "original_timestamp":"2026-03-05T10:00:00Z","sent_at":"2026-03-05T10:00:05Z",
      "received_at":"2026-03-05T08:00:06Z",
      "context":{"session_id":17,"user_agent":"Mozilla/5.0"}}
      """#
    let event = try #require(try decode(record).event)
    #expect(event.string(.eventID) == "m")
    #expect(event.string(.anonymousID) == "a")
    #expect(event.string(.userID) == "u")
    #expect(event.string(.sessionID) == "17")
    #expect(event.string(.userAgent) == "Mozilla/5.0")
    #expect(event.time == .at("2026-03-05T08:00:01Z"))
    #expect(event.received == .at("2026-03-05T08:00:06Z"))
  }

  @Test(arguments: [
    (#""userId":"u","user_id":null"#, "u"), (#""user_id":"u","userId":null"#, "u"),
    (#""userId":null,"user_id":"u""#, "u"), (#""userId":"first","user_id":"last""#, "last"),
    (#""userId":"first","userId":null,"user_id":"u""#, "u"),
  ])
  func `of two spellings the later counts, and null never`(members: String, user: String) throws {
    let record = #"{"type":"page","timestamp":"2026-03-05T08:52:34Z",\#(members)}"#
    #expect(try decode(record).event?.string(.userID) == user)
  }

  @Test func `a rule's pointer may be any spelling`() throws {
    let record = #"{"type":"page","anonymous_id":"a","timestamp":"2026-03-05T08:52:34Z"}"#
    let event = try #require(
      try decode(record, pointers: ["/anonymous_id", "/anonymousId", "/user_id"]).event)
    #expect(event.string(FieldIndex(pointer: 0)) == "a")
    #expect(event.string(FieldIndex(pointer: 1)) == "a")
    #expect(event.kind(FieldIndex(pointer: 2)) == .missing)
  }

  @Test func `an alias in snake case has the id that it joins`() throws {
    let record = #"""
      {"type":"alias","user_id":"u","previous_id":"old","timestamp":"2026-03-05T08:52:34Z"}
      """#
    #expect(try decode(record).event?.string(.previousID) == "old")
  }

  @Test func `RudderStack's batch has events with times and sessions of their own`() throws {
    let record = #"""
      {"batch":[{"userId":"u","anonymousId":"a","type":"track","event":"Product Added",
      "messageId":"m-1","channel":"web","rudderId":"r","originalTimestamp":"2026-03-05T10:00:00Z",
      "sentAt":"2026-03-05T10:00:01Z","receivedAt":"2026-03-05T10:00:02Z",
      "context":{"sessionId":1772700754,"sessionStart":true,
      "consentManagement":{"deniedConsentIds":["ads"]}}}],"writeKey":"k","requestIP":"192.0.2.1"}
      """#
    let decoded = try decode(
      record, pointers: ["/context/sessionStart", "/context/consentManagement/deniedConsentIds/0"])
    let event = try #require(decoded.event)
    #expect(event.string(.sessionID) == "1772700754")
    #expect(event.bool(FieldIndex(pointer: 0)) == true)
    #expect(event.string(FieldIndex(pointer: 1)) == "ads")
    #expect(event.time == .at("2026-03-05T10:00:01Z"))
  }

  @Test func `Jitsu's location has the country's code`() throws {
    let record = SegmentSamples.track(
      #""context":{"geo":{"country":{"code":"AT","name":"Austria"},"city":{"name":"Graz"}}}"#)
    #expect(try decode(record).event?.string(.country) == "AT")
  }

  @Test func `consent is reached by pointer`() throws {
    let record = SegmentSamples.track(
      #""context":{"consent":{"categoryPreferences":{"Advertising":false,"Analytics":true}}}"#)
    let consent = "/context/consent/categoryPreferences"
    let event = try #require(
      try decode(record, pointers: ["\(consent)/Advertising", "\(consent)/Analytics"]).event)
    #expect(event.bool(FieldIndex(pointer: 0)) == false)
    #expect(event.bool(FieldIndex(pointer: 1)) == true)
  }
}
