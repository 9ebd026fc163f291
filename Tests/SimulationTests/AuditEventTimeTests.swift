import Attribution
import Simulation
import Testing

@Suite struct AuditEventTimeTests {
  /// When the one conversion in an event with these `times` took place.
  private static func time(_ times: String, deliveredAt: Int64 = 1_000) -> Int64? {
    let json = """
      {"messageId":"1","anonymousId":"a","type":"track","event":"Signed Up"\(times)}
      """
    let record = TrafficRecord(
      value: Array(json.utf8), at: EventTime(milliseconds: deliveredAt))
    let expectation = ReferenceAttribution(.shop).expectation(of: [record])
    return expectation.conversions["signup:1"]?.occurredAt.milliseconds
  }

  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0), ("1970-01-01T00:00:00.5Z", 500),
    ("1970-01-01T01:00:00.123456+01:00", 123), ("1969-12-31T23:30:00-00:30", 0),
    ("1969-12-31T23:59:59.999Z", -1), ("1968-02-29T00:00:00.000Z", -58_060_800_000),
  ])
  func `a timestamp is read with its decimals and offset`(text: String, milliseconds: Int64) {
    #expect(AuditEventTimeTests.time(",\"timestamp\":\"\(text)\"") == milliseconds)
  }

  @Test(arguments: ["1970-02-30T00:00:00Z", "yesterday", "1970-01-01", "1970-01-01T00:00:00.Z"])
  func `an event whose time cannot be read cannot be read`(text: String) {
    #expect(AuditEventTimeTests.time(",\"timestamp\":\"\(text)\"") == nil)
  }

  @Test func `without a timestamp the device's clock is corrected, without that delivery counts`() {
    let clocks = """
      ,"receivedAt":"1970-01-01T00:10:00Z","sentAt":"1970-01-01T05:00:10Z",\
      "originalTimestamp":"1970-01-01T05:00:00Z"
      """
    #expect(AuditEventTimeTests.time(clocks) == 590_000)
    #expect(AuditEventTimeTests.time("") == 1_000)
    #expect(AuditEventTimeTests.time(",\"receivedAt\":\"1970-01-01T00:10:00Z\"") == 600_000)
    #expect(AuditEventTimeTests.time(",\"receivedAt\":\"later\"") == 1_000)
    #expect(
      AuditEventTimeTests.time(",\"originalTimestamp\":\"1970-01-01T00:00:03Z\"") == 3_000)
  }

  @Test func `more than five minutes ahead of its reception a timestamp is not believed`() {
    let received = ",\"receivedAt\":\"1970-01-01T00:10:00Z\""
    let at15 = ",\"timestamp\":\"1970-01-01T00:15:00Z\""
    let after15 = ",\"timestamp\":\"1970-01-01T00:15:00.001Z\""
    #expect(AuditEventTimeTests.time(received + at15) == 900_000)
    #expect(AuditEventTimeTests.time(received + after15) == 600_000)
    #expect(AuditEventTimeTests.time(after15, deliveredAt: 700_000) == 900_001)
    #expect(AuditEventTimeTests.time(after15, deliveredAt: 500_000) == 500_000)
  }
}
