import Attribution
import Formats
import Testing

@Suite struct InputCloudEventsTests {
  private static let attributes: [(String, String)] = [
    ("ce_specversion", "1.0"), ("ce_id", "i-1"), ("ce_source", "/shop"),
    ("ce_type", "com.acme.ordered"), ("ce_subject", "u-9"), ("ce_time", "2026-03-05T08:52:34Z"),
    ("content-type", "application/json"), ("ce_other", "x"), ("ce_", "y"),
  ]

  private static let envelope = #"""
    "specversion":"1.0","id":"i-1","source":"/shop","type":"com.acme.ordered","subject":"u-9",
    "time":"2026-03-05T08:52:34Z","datacontenttype":"application/json","other":"x"
    """#

  private static let plain = InputFormat.cloudEvents(data: .mapped(MappedFields([:])))

  private func binary(
    _ value: String?, _ format: InputFormat = plain, pointers: [String] = [],
    _ headers: [(String, String)] = attributes
  ) throws -> Decoded {
    var decoding = try Decoding(format, pointers: pointers)
    return decoding.decode(value.map { Array($0.utf8) }, headers: headers)
  }

  @Test(arguments: [0, 1, 2, 3])
  func `an event in any mode is the same`(mode: Int) throws {
    let data = #"{"total":66.50}"#
    let pointers = ["/total"]
    let decoded =
      switch mode {
      case 0: try binary(data, pointers: pointers)
      case 1: try decode("{\(Self.envelope),\"data\":\(data)}", Self.plain, pointers: pointers)
      case 2:
        try decode(
          #"{\#(Self.envelope),"data":"{\"total\":66.50}"}"#, Self.plain, pointers: pointers)
      default:
        try decode(
          #"{\#(Self.envelope),"data_base64":"eyJ0b3RhbCI6NjYuNTB9"}"#, Self.plain,
          pointers: pointers)
      }
    let event = try #require(decoded.event)
    #expect(event.string(.type) == "track")
    #expect(event.string(.event) == "com.acme.ordered")
    #expect(event.string(.eventID) == "/shop#i-1")
    #expect(event.string(.userID) == "u-9")
    #expect(event.time == .at("2026-03-05T08:52:34Z"))
    #expect(event.amount(FieldIndex(pointer: 0))?.description == "66.5")
  }

  @Test(arguments: ["", #","data":null"#, #","data":{}"#])
  func `an event may do without data`(data: String) throws {
    #expect(try decode("{\(Self.envelope)\(data)}", Self.plain).event?.string(.userID) == "u-9")
    #expect(try binary(nil).event?.string(.userID) == "u-9")
    #expect(try binary("").event?.string(.userID) == "u-9")
  }

  @Test func `events of the Segment family speak for themselves`() throws {
    let format = InputFormat.cloudEvents(data: .segment)
    let pointers = ["/properties/revenue"]
    let order = SegmentSamples.order
    for decoded in [
      try binary(order, format, pointers: pointers),
      try decode("{\(Self.envelope),\"data\":\(order)}", format, pointers: pointers),
    ] {
      let event = try #require(decoded.event)
      #expect(event.string(.eventID) == "m-1")
      #expect(event.string(.event) == "Order Completed")
      #expect(event.time == .at("2026-03-05T08:52:34.125Z"))
      #expect(event.number(FieldIndex(pointer: 0)) == 66.5)
    }
    let bare = #"{"type":"page","anonymousId":"a"}"#
    let event = try #require(try binary(bare, format).event)
    #expect(event.string(.eventID) == "/shop#i-1")
    #expect(event.time == .at("2026-03-05T08:52:34Z"))
    #expect(event.string(.userID) == nil)
  }

  @Test func `a batch inside is many events, each with an id and a letter of its own`() throws {
    let format = InputFormat.cloudEvents(data: .segment)
    let batch = #"{"batch":[{"type":"page","userId":"u"}, 7 ,{"type":"page","userId":"v"}]}"#
    for (decoded, place) in [
      (try binary(batch, format), "/batch/1"),
      (try decode("{\(Self.envelope),\"data\":\(batch)}", format), "/data/batch/1"),
    ] {
      #expect(decoded.events.map { $0.string(.eventID) } == ["/shop#i-1-0", "/shop#i-1-2"])
      #expect(decoded.events.map { $0.string(.userID) } == ["u", "v"])
      #expect(decoded.rejections.map(\.code) == [.notAnObject])
      #expect(decoded.parts.map { $0?.name } == [place])
      #expect(decoded.parts.map { $0?.text } == ["7"])
    }
  }

  @Test func `Snowplow's lines and objects can be inside`() throws {
    let format = InputFormat.cloudEvents(data: .snowplow)
    let text = SnowplowSamples.page.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      .replacing("\t", with: "\\t")
    for decoded in [
      try binary(SnowplowSamples.page, format),
      try decode("{\(Self.envelope),\"data\":\"\(text)\"}", format),
      try decode("{\(Self.envelope),\"data\":\(SnowplowSamples.pageObject)}", format),
    ] {
      #expect(decoded.event?.string(.eventID) == "4f1c2b0e-8b5e-4c1a-9d55-0f3c0a6f2a11")
      #expect(decoded.event?.string(.campaign) == "spring")
    }
  }

  @Test func `mapped fields go before the envelope's`() throws {
    let format = InputFormat.cloudEvents(
      data: .mapped(MappedFields([.anonymous: "/cookie", .event: "/name", .id: "/id"])))
    let event = try #require(
      try binary(#"{"cookie":"c","name":"Signed Up","id":5}"#, format).event)
    #expect(event.string(.event) == "Signed Up")
    #expect(event.string(.eventID) == "5")
    #expect(event.string(.anonymousID) == "c")
    // The subject is somebody only where nothing else says who.
    #expect(event.string(.userID) == nil)
  }

  @Test(
    arguments: [
      ("{}", .noCloudEvent), (#"{"specversion":1}"#, .noCloudEvent), ("[]", .notAnObject),
      ("", .empty), ("{", .invalidJSON), (#"{"specversion":"1.0"}"#, .missingPerson),
      (#"{"specversion":"1.0","subject":"u"}"#, .missingTime),
      (#"{"specversion":"1.0","subject":"u","time":"now"}"#, .invalidTime),
      (#"{"specversion":"1.0","subject":"u","data":7}"#, .notAnObject),
      (#"{"specversion":"1.0","subject":"u","data":"x"}"#, .invalidJSON),
      (#"{"specversion":"1.0","subject":"u","data_base64":"*"}"#, .invalidText),
      (#"{"specversion":"1.0","subject":"u","data_base64":"e"}"#, .invalidText),
    ] as [(String, RejectionCode)])
  func `what is no CloudEvent is rejected`(record: String, code: RejectionCode) throws {
    #expect(try decode(record, Self.plain).rejections.map(\.code) == [code])
  }

  @Test func `headers are checked as values are`() throws {
    #expect(try binary(nil, Self.plain, [("x", "y")]).rejections.map(\.code) == [.tombstone])
    let late = [("ce_specversion", "1.0"), ("ce_subject", "u"), ("ce_time", "late")]
    #expect(
      try binary("{}", Self.plain, late).rejections == [
        RejectedInput(.invalidTime, #"the header ce_time is "late", which is no time"#)
      ])
    let long = [("ce_specversion", "1.0"), ("ce_id", String(repeating: "x", count: 16_385))]
    #expect(
      try binary("{}", Self.plain, long).rejections == [
        RejectedInput(.fieldTooLarge, "the header ce_id has 16385 bytes, more than 16384")
      ])
  }

  @Test func `a structured event cut off anywhere is rejected`() throws {
    var decoding = try Decoding(Self.plain)
    let bytes = Array("{\(Self.envelope),\"data\":{\"total\":1}}".utf8)
    for count in bytes.indices {
      let decoded = decoding.decode(Array(bytes[..<count]))
      #expect(decoded.events.isEmpty && decoded.rejections.count == 1)
    }
    #expect(decoding.decode(bytes).event != nil)
  }

  @Test func `a record does not see the one before it`() throws {
    var decoding = try Decoding(.cloudEvents(data: .segment), pointers: ["/properties/revenue"])
    _ = decoding.decode(Array(SegmentSamples.order.utf8), headers: Self.attributes)
    let bare = #"{"type":"page","anonymousId":"a","timestamp":"2026-03-05T08:52:34Z"}"#
    let decoded = decoding.decode(#"{"specversion":"1.0","data":\#(bare)}"#)
    let event = try #require(decoded.event)
    #expect(event.string(.userID) == nil)
    #expect(event.string(.eventID)?.hasPrefix("hash-") == true)
    #expect(event.kind(FieldIndex(pointer: 0)) == .missing)
  }
}
