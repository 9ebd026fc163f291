import Attribution
import Formats
import Testing

@Suite struct InputSegmentTimeTests {
  private static let logged = EventTime.at("2026-03-05T12:00:00Z")

  private func decoded(_ times: String, timestamp: EventTime? = nil) throws -> Decoded {
    try decode(#"{"type":"track","userId":"u"\#(times)}"#, timestamp: timestamp)
  }

  @Test(arguments: [
    (#","timestamp":"2026-03-05T08:00:00Z","originalTimestamp":"x","sentAt":"y""#, "08:00:00"),
    // The device's clock was two hours fast when it sent.
    (
      #"""
      ,"originalTimestamp":"2026-03-05T10:00:00Z","sentAt":"2026-03-05T10:00:05Z",
      "receivedAt":"2026-03-05T08:00:06Z"
      """#, "08:00:01"
    ),
    // The log's time stands in for the collector's.
    (
      #","originalTimestamp":"2026-03-05T10:00:00Z","sentAt":"2026-03-05T10:00:05Z""#,
      "11:59:55"
    ),
    (#","originalTimestamp":"2026-03-05T10:00:00Z""#, "10:00:00"),
    (#","receivedAt":"2026-03-05T08:00:06Z""#, "08:00:06"),
    (#","sentAt":"2026-03-05T08:00:06Z""#, "12:00:00"),
    (#","timestamp":null"#, "12:00:00"),
    (#","timestamp":"""#, "12:00:00"),
    ("", "12:00:00"),
  ])
  func `event time is the tracker's corrected clock`(times: String, expected: String) throws {
    let time = try decoded(times, timestamp: Self.logged).event?.time
    var bytes: [UInt8] = []
    time?.append(to: &bytes)
    #expect(String(decoding: bytes, as: UTF8.self) == "2026-03-05T\(expected).000Z")
  }

  @Test(
    arguments: [
      (#","receivedAt":"2026-03-05T08:00:06Z","sentAt":"2026-03-05T08:00:00Z""#, 6_000),
      (#","sentAt":"2026-03-05T08:00:00Z""#, 0),
      (#","receivedAt":"soon","sentAt":"2026-03-05T08:00:00Z""#, 0),
      ("", nil),
    ] as [(String, Int64?)])
  func `without a log the collector says when an event was received`(
    times: String, later: Int64?
  ) throws {
    let times = #","timestamp":"2026-03-05T08:00:00Z""# + times
    let sent = EventTime.at("2026-03-05T08:00:00Z")
    #expect(try decoded(times).event?.received == later.map { sent + TimeSpan(milliseconds: $0) })
  }

  @Test(
    arguments: [
      // Old events that are loaded into a topic today.
      (#","receivedAt":"2026-03-05T08:00:06Z""#, "2026-03-05T08:00:06Z"),
      (#","receivedAt":"9999-03-05T08:00:06Z""#, "2026-03-05T12:00:00Z"),
      (#","receivedAt":"soon""#, "2026-03-05T12:00:00Z"),
      (#","sentAt":"2026-03-05T08:00:00Z""#, "2026-03-05T12:00:00Z"),
      ("", "2026-03-05T12:00:00Z"),
    ] as [(String, StaticString)])
  func `the received time is the collector's or the log's, whichever is earlier`(
    times: String, received: StaticString
  ) throws {
    let times = #","timestamp":"2026-03-05T08:00:00Z""# + times
    #expect(try decoded(times, timestamp: Self.logged).event?.received == .at(received))
  }

  @Test(arguments: [
    #","originalTimestamp":"x""#,
    #","originalTimestamp":"2026-03-05T10:00:00Z","sentAt":"x""#,
    #","originalTimestamp":"2026-03-05T10:00:00Z","sentAt":"2026-03-05T10:00:00Z","receivedAt":"x""#,
    #","receivedAt":"x""#,
    #","originalTimestamp":"0001-01-01T00:00:00Z","sentAt":"9999-01-01T00:00:00Z""#,
  ])
  func `a time that is needed and cannot be read rejects the event`(times: String) throws {
    #expect(try decoded(times, timestamp: Self.logged).rejected?.code == .invalidTime)
  }

  @Test func `a record without any time is rejected`() throws {
    #expect(try decoded("").rejected?.code == .missingTime)
    #expect(try decoded(#","sentAt":"2026-03-05T08:00:06Z""#).rejected?.code == .missingTime)
  }
}
