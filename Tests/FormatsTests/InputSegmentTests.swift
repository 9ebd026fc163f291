import Attribution
import Formats
import Testing

@Suite struct InputSegmentTests {
  @Test func `every field of a page event is found`() throws {
    let event = try #require(try decode(SegmentSamples.page).event)
    let expected: [EventField: String] = [
      .type: "page", .eventID: "4f1c2b0e-8b5e-4c1a-9d55-0f3c0a6f2a11", .anonymousID: "a-77",
      .sessionID: "17", .url: "https://shop.example/p/1?x=1", .host: "shop.example",
      .path: "/p/1", .referrerURL: "https://www.google.com/", .referrer: "www.google.com",
      .source: "google", .medium: "cpc", .campaign: "spring", .term: "shoes", .content: "a",
      .userAgent: "Mozilla/5.0 (iPhone)", .device: "mobile", .country: "DE",
    ]
    for field in EventField.allCases {
      #expect(event.string(field) == expected[field], "\(field)")
    }
    #expect(event.time == .at("2026-03-05T08:52:34.125Z"))
    #expect(event.received == .at("2026-03-05T08:52:35Z"))
  }

  @Test func `a track has its event, and pointers have values of any kind`() throws {
    let pointers = [
      "/properties/revenue", "/properties/currency", "/properties/products/1/sku",
      "/properties/products/1/n", "/properties/products", "/properties/coupon", "/context/page",
      "/userId", "",
    ]
    let event = try #require(try decode(SegmentSamples.order, pointers: pointers).event)
    #expect(event.string(.event) == "Order Completed")
    #expect(event.string(.userID) == "u-9")
    #expect(event.string(.path) == "/thanks")
    #expect(event.amount(FieldIndex(pointer: 0))?.description == "66.5")
    #expect(event.string(FieldIndex(pointer: 1)) == "EUR")
    #expect(event.string(FieldIndex(pointer: 2)) == "y")
    #expect(event.number(FieldIndex(pointer: 3)) == 1)
    #expect(event.kind(FieldIndex(pointer: 4)) == .array)
    #expect(event.kind(FieldIndex(pointer: 5)) == .missing)
    #expect(event.kind(FieldIndex(pointer: 6)) == .object)
    #expect(event.string(FieldIndex(pointer: 7)) == "u-9")
    #expect(event.kind(FieldIndex(pointer: 8)) == .object)
  }

  @Test(arguments: ["page", "screen", "track", "identify", "alias", "group"])
  func `every type of event is known`(type: String) throws {
    let record = #"{"type":"\#(type)","userId":"u","timestamp":"2026-03-05T08:52:34Z"}"#
    #expect(try decode(record).event?.string(.type) == type)
  }

  @Test func `an alias has the id that it joins`() throws {
    let record = #"""
      {"type":"alias","userId":"u","previousId":"old","timestamp":"2026-03-05T08:52:34Z"}
      """#
    let event = try #require(try decode(record).event)
    #expect(event.string(.previousID) == "old")
    #expect(event.string(.anonymousID) == nil)
  }

  @Test func `the properties of a page event stand in for its context`() throws {
    let properties = #"""
      "properties":{"url":"https://a.example/x?utm_source=s","path":"/y","referrer":"http://b.example"}
      """#
    let members = #""userId":"u","timestamp":"2026-03-05T08:52:34Z",\#(properties)}"#
    let page = try #require(try decode(#"{"type":"page",\#(members)"#).event)
    #expect(page.string(.url) == "https://a.example/x?utm_source=s")
    #expect(page.string(.path) == "/y")
    #expect(page.string(.referrer) == "b.example")
    #expect(page.string(.source) == "s")
    // A product's own URL is no page.
    let track = try #require(try decode(#"{"type":"track",\#(members)"#).event)
    #expect(track.string(.url) == nil)
    #expect(track.string(.path) == nil)
    #expect(track.string(.referrer) == nil)
  }

  @Test(arguments: [
    (#""userId":42"#, "42"), (#""userId":-1"#, "-1"),
    (
      #""userId":9007199254740993"#,
      "9007199254740993"
    ), (#""userId":18446744073709551615"#, "18446744073709551615"),
    (#""userId":1e3"#, "1000"), (#""userId":12.5"#, "12.5"), (#""userId":"0042""#, "0042"),
  ])
  func `numbers as ids are spelled as text`(member: String, expected: String) throws {
    #expect(try decode(SegmentSamples.track(member)).event?.string(.userID) == expected)
  }

  @Test func `a country of the context stands in for the location's`() throws {
    let context = #""context":{"country":"AT"}"#
    #expect(try decode(SegmentSamples.track(context)).event?.string(.country) == "AT")
  }

  @Test func `odd descriptions do not cost the event`() throws {
    let context = #"""
      "context":{"campaign":{"source":["a","b"],"medium":7,"name":{}},"page":"x","device":[],
      "userAgent":false,"location":null}
      """#
    let event = try #require(try decode(SegmentSamples.track(context)).event)
    #expect(event.kind(.source) == .missing)
    #expect(event.string(.medium) == "7")
    #expect(event.kind(.userAgent) == .missing)
  }

  @Test(
    arguments: [
      (#"{"userId":"u","timestamp":"2026-03-05T08:52:34Z"}"#, .wrongType, "/type is missing"),
      (#"{"type":7,"userId":"u"}"#, .wrongType, "/type is 7"),
      (#"{"type":"charge","userId":"u"}"#, .unknownType, #"/type is "charge""#),
      (#"{"type":"Track","userId":"u"}"#, .unknownType, #"/type is "Track""#),
      (#"{"type":"","userId":"u"}"#, .unknownType, #"/type is """#),
      (
        #"{"type":"track","timestamp":"2026-03-05T08:52:34Z"}"#, .missingPerson,
        "there is neither a user id nor an anonymous id"
      ),
      (
        #"{"type":"track","userId":"","anonymousId":null}"#, .missingPerson,
        "there is neither a user id nor an anonymous id"
      ),
      (#"{"type":"track","userId":{"id":1}}"#, .wrongType, "/userId is an object"),
      (#"{"type":"track","userId":true}"#, .wrongType, "/userId is true"),
      (#"{"type":"track","userId":"u","event":[]}"#, .wrongType, "/event is an array"),
      (#"{"type":"track","userId":"u","messageId":{}}"#, .wrongType, "/messageId is an object"),
      (
        #"{"type":"track","userId":"u"}"#, .missingTime,
        "neither the event nor the record has a time"
      ),
      (
        #"{"type":"track","userId":"u","timestamp":"yesterday"}"#, .invalidTime,
        #"/timestamp is "yesterday", which is no time"#
      ),
      (
        #"{"type":"track","userId":"u","timestamp":1772700754}"#, .wrongType,
        "/timestamp is 1772700754"
      ),
      ("[]", .notAnObject, "the event is an array"), ("7", .notAnObject, "the event is 7"),
      (#""text""#, .notAnObject, #"the event is "text""#),
      ("null", .notAnObject, "the event is null"),
    ] as [(String, RejectionCode, String)])
  func `a rejection names the field`(record: String, code: RejectionCode, message: String) throws {
    let decoded = try decode(record)
    #expect(decoded.rejected == RejectedInput(code, message))
    #expect(decoded.events.isEmpty)
  }

  @Test func `an event without id is known by its bytes`() throws {
    let record = #"{"type":"page","userId":"u","timestamp":"2026-03-05T08:52:34Z"}"#
    let first = try #require(try decode(record).event?.string(.eventID))
    let replayed = try decode(record, timestamp: .at("2026-03-06T00:00:00Z"))
    #expect(replayed.event?.string(.eventID) == first)
    #expect(try decode(record + " ").event?.string(.eventID) != first)
    // Written down: it is in other people's topics.
    #expect(first == "hash-3fd6557fa6ddc8030a0e5ec866ebe2ea")
  }
}
