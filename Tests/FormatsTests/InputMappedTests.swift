import Attribution
import Formats
import Testing

@Suite struct InputMappedTests {
  private static let stages = InputFormat.mapped(
    MappedFields([
      .event: "/stage", .person: "/contact/email", .time: "/changed_at", .id: "/change_id",
    ]))

  @Test func `a stage of a sales system is an event`() throws {
    let record = #"""
      {"stage":"Opportunity","contact":{"email":"ada@example.com"},"change_id":99,
      "changed_at":"2026-03-05 08:52:34","amount":"1200.00"}
      """#
    let event = try #require(try decode(record, Self.stages, pointers: ["/amount"]).event)
    #expect(event.string(.type) == "track")
    #expect(event.string(.event) == "Opportunity")
    #expect(event.string(.userID) == "ada@example.com")
    #expect(event.string(.eventID) == "99")
    #expect(event.time == .at("2026-03-05T08:52:34Z"))
    #expect(event.received == nil)
    #expect(event.amount(FieldIndex(pointer: 0))?.description == "1200.00")
  }

  @Test func `every field can be mapped`() throws {
    let names = MappedFields.Field.allCases
    let fields = MappedFields(
      Dictionary(uniqueKeysWithValues: names.map { ($0, "/f/\($0.rawValue)") }))
    let special: [MappedFields.Field: String] = [
      .type: #""page""#, .time: "1772700754.5", .url: #""http://H.example:80?gclid=G""#,
      .referrer: #""https://r.example/""#,
    ]
    let members = names.map { #""\#($0.rawValue)":\#(special[$0] ?? #""<\#($0.rawValue)>""#)"# }
    let record = #"{"f":{\#(members.joined(separator: ","))}}"#
    let event = try #require(try decode(record, .mapped(fields)).event)
    let expected: [EventField: String] = [
      .type: "page", .event: "<event>", .userID: "<person>", .anonymousID: "<anonymous>",
      .eventID: "<id>", .sessionID: "<session>", .url: "http://H.example:80?gclid=G",
      .host: "h.example", .path: "<path>", .previousID: "<previous>",
      .referrerURL: "https://r.example/", .referrer: "r.example",
      .source: "<source>", .medium: "<medium>", .campaign: "<campaign>", .term: "<term>",
      .content: "<content>", .device: "<device>", .country: "<country>",
      .userAgent: "<user_agent>", .clickIDName: "gclid", .clickID: "G",
    ]
    for field in EventField.allCases {
      #expect(event.string(field) == expected[field], "\(field)")
    }
    #expect(event.time.milliseconds == 1_772_700_754_500)
  }

  @Test(
    arguments: [
      (#"{"stage":"x","changed_at":"2026-03-05 08:52:34"}"#, .missingPerson),
      (#"{"contact":"x","changed_at":"2026-03-05 08:52:34"}"#, .missingPerson),
      (#"{"contact":{"email":"a"}}"#, .missingTime),
      (#"{"contact":{"email":"a"},"changed_at":"x"}"#, .invalidTime),
      (#"{"contact":{"email":"a"},"changed_at":1e300}"#, .invalidTime),
      (#"{"contact":{"email":"a"},"changed_at":true}"#, .wrongType),
      (#"{"contact":{"email":["a"]},"changed_at":1}"#, .wrongType),
      (#"{"batch":[]}"#, .missingPerson),
      ("[]", .notAnObject),
    ] as [(String, RejectionCode)])
  func `a record that lacks what it needs is rejected`(record: String, code: RejectionCode) throws {
    #expect(try decode(record, Self.stages).rejected?.code == code)
  }

  @Test func `the log's time stands in for a missing one`() throws {
    let logged = EventTime.at("2026-03-05T12:00:00Z")
    let event = try #require(
      try decode(#"{"contact":{"email":"a"}}"#, Self.stages, timestamp: logged).event)
    #expect(event.time == logged && event.received == logged)
    #expect(event.string(.eventID)?.hasPrefix("hash-") == true)
  }

  @Test func `a mapped type is one that is known, or missing`() throws {
    let format = InputFormat.mapped(MappedFields([.type: "/t", .person: "/p", .time: "/at"]))
    #expect(
      try decode(#"{"t":"identify","p":1,"at":1}"#, format).event?.string(.type) == "identify")
    #expect(try decode(#"{"t":null,"p":1,"at":1}"#, format).event?.string(.type) == "track")
    #expect(try decode(#"{"t":"sale","p":1,"at":1}"#, format).rejected?.code == .unknownType)
    #expect(try decode(#"{"t":{},"p":1,"at":1}"#, format).rejected?.code == .wrongType)
  }

  @Test(arguments: ["stage", "stage/x", "/a~", "/a~2b", "/~"])
  func `text that is no JSON pointer is refused at the start`(pointer: String) {
    #expect(throws: InvalidPointer(pointer: pointer)) {
      try decode("{}", .mapped(MappedFields([.event: pointer])))
    }
    #expect(throws: InvalidPointer(pointer: pointer)) { try decode("{}", pointers: [pointer]) }
  }
}
