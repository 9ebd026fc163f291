import Attribution
import Simulation
import Testing

@Suite struct ReferenceAttributionTests {
  private static func expectation(
    _ records: [TrafficRecord], _ settings: AuditSettings = HandMade.settings()
  ) -> ExpectedOutcome {
    ReferenceAttribution(settings).expectation(of: records)
  }

  /// Ids of the touchpoints on the path of the order `id`.
  private static func path(
    _ records: [TrafficRecord], to id: String = "z",
    _ settings: AuditSettings = HandMade.settings { $0.path.transforms = [] }
  ) -> [String]? {
    expectation(records, settings).conversions["purchase:\(id)"]?.touchpoints.map(\.eventID)
  }

  @Test func `a session starts after thirty minutes without any event`() {
    let records = [
      HandMade.visit("1", at: 0), HandMade.visit("2", at: 29.999),
      // A track event is activity too.
      HandMade.track("Product Viewed", "3", at: 59), HandMade.visit("4", at: 80),
      HandMade.visit("5", at: 110), HandMade.order("z", at: 111, "1"),
    ]
    #expect(ReferenceAttributionTests.path(records) == ["1", "5"])
  }

  @Test func `of two events at one time the lower id starts the session`() {
    let records = [
      HandMade.visit("b", at: 0), HandMade.visit("a", at: 0), HandMade.order("z", at: 1, "1"),
    ]
    #expect(ReferenceAttributionTests.path(records) == ["a"])
    // Bytes, not letters: upper case comes first.
    let mixed = [
      HandMade.visit("b", at: 0), HandMade.visit("C", at: 0), HandMade.order("z", at: 1, "1"),
    ]
    #expect(ReferenceAttributionTests.path(mixed) == ["C"])
  }

  @Test func `a session id starts a session once, whatever lies between`() {
    let records = [
      HandMade.visit("1", at: 0, session: "s1"), HandMade.visit("2", at: 60, session: "s1"),
      HandMade.visit("3", at: 61, session: "s2"), HandMade.visit("4", at: 62, session: "s1"),
      // Events with a session id are no activity for those without.
      HandMade.visit("5", at: 63), HandMade.visit("6", at: 64), HandMade.order("z", at: 65, "1"),
    ]
    #expect(ReferenceAttributionTests.path(records) == ["1", "3", "5"])
  }

  @Test func `a view that does not start a session counts if it brings campaign data`() {
    let records = [
      HandMade.visit("1", at: 0), HandMade.visit("2", at: 1, query: "?gclid=x"),
      HandMade.visit("3", at: 2, query: "?utm_source=s"),
      HandMade.visit("4", at: 3, query: "?utm_source=&gclid="),
      HandMade.visit("5", at: 4, query: "?q=utm_source"),
      HandMade.visit("6", at: 5, query: "#?utm_source=s"), HandMade.order("z", at: 6, "1"),
    ]
    #expect(ReferenceAttributionTests.path(records) == ["1", "2", "3"])
  }

  @Test func `the first rule that matches names the touchpoint, and one event is one touchpoint`() {
    var settings = HandMade.settings()
    settings.touchpoints.insert(
      .event("Order Completed", name: "order", interaction: .click), at: 0)
    settings.touchpoints.append(
      .event("Order Completed", name: "again", interaction: .view))
    let conversion = ReferenceAttributionTests.expectation(
      [HandMade.order("z", at: 0, "1")], settings
    ).conversions["purchase:z"]
    #expect(conversion?.touchpoints.map(\.rule) == ["order"])
    #expect(conversion?.touchpoints.map(\.interaction) == [.click])
  }

  @Test func `touchpoints at the time of the conversion count, whatever their id`() {
    let records = [
      HandMade.letter("a", "zz", at: 5), HandMade.letter("b", "a", at: 5),
      HandMade.order("z", at: 5, "1"),
    ]
    #expect(ReferenceAttributionTests.path(records) == ["a", "zz"])
  }

  @Test func `the order of arrival changes nothing`() {
    var settings = ShopTrafficSettings()
    settings.people = 40
    settings.eventsPerSecond = 0.1
    settings.shareDuplicated = 0.1
    settings.shareGarbage = 0.1
    settings.shareOrdersReportedTwice = 0.3
    var generator = SeededGenerator(seed: 5)
    var traffic = ShopTraffic(settings, generator: generator)
    let records = (0..<2_000).compactMap { _ in traffic.next() }
    let wanted = ReferenceAttributionTests.expectation(records, .shop)
    #expect(wanted.conversions.count > 60)
    #expect(wanted.duplicates > 100)
    #expect(wanted.conversions.values.contains { $0.touchpoints.count > 3 })
    for _ in 0..<3 {
      let found = ReferenceAttributionTests.expectation(
        records.shuffled(using: &generator), .shop)
      #expect(found.conversions == wanted.conversions)
      #expect(found.ambiguousIDs.isEmpty)
    }
  }

  @Test func `a person is the user id, or else the anonymous id`() {
    let records = [
      HandMade.record("1", at: 0, by: #""userId":"u","anonymousId":"a""#, #""type":"page""#),
      HandMade.record("2", at: 1, by: #""userId":"","anonymousId":"a""#, #""type":"page""#),
      HandMade.record("3", at: 2, by: #""userId":null,"anonymousId":"a""#, #""type":"page""#),
      HandMade.record("4", at: 3, by: #""userId":"u""#, #""type":"page""#),
      HandMade.record("5", at: 4, by: #""userId":"""#, #""type":"page""#),
    ]
    let expectation = ReferenceAttributionTests.expectation(records)
    #expect(expectation.people == 2)
    #expect(expectation.touchpoints == 2)
    #expect(expectation.unreadable == 1)
  }

  @Test(arguments: [
    "", "{", "[]", "7", "null", "{}", #"{"messageId":"1","type":"page"}"#,
    #"{"messageId":[],"type":"page","anonymousId":"a"}"#,
    #"{"messageId":"1","anonymousId":"a"}"#,
    #"{"type":"page","anonymousId":"a"}"#, #"{"messageId":"1","type":"Page","anonymousId":"a"}"#,
    #"{"messageId":"1","type":"page","anonymousId":"a","userId":{}}"#,
    #"{"messageId":"1","type":"page","anonymousId":"a","context":{"sessionId":true}}"#,
    #"{"messageId":"1","type":"page","anonymousId":"a","timestamp":"yesterday"}"#,
    #"{"messageId":"1","type":"page","anonymousId":"a","timestamp":1772409600}"#,
  ])
  func `what cannot be read is dropped and counted`(json: String) {
    let records = [TrafficRecord(value: Array(json.utf8)), HandMade.order("z", at: 0, "1")]
    let expectation = ReferenceAttributionTests.expectation(records)
    #expect(expectation.unreadable == 1)
    #expect(expectation.conversions.count == 1)
  }

  @Test func `an order without a value is a conversion`() {
    for revenue in ["null", "null,\"other\":1"] {
      let expectation = ReferenceAttributionTests.expectation([HandMade.order("z", at: 0, revenue)])
      #expect(expectation.conversions.count == 1)
      #expect(expectation.conversions["purchase:z"]?.value == nil)
    }
  }

  @Test func `numbers are ids and keys as they are spelled, currencies are upper case`() {
    let records = [
      HandMade.record("1", at: 0, by: "\"userId\":7", #""type":"page""#),
      HandMade.record("2", at: 1, by: "\"userId\":\"7\"", #""type":"page""#),
      HandMade.order("3", at: 2, "1", currency: "usd", key: "5.0"),
    ]
    let expectation = ReferenceAttributionTests.expectation(records)
    #expect(expectation.people == 2)
    #expect(expectation.conversions["purchase:5"]?.currency == "USD")
  }

  @Test(arguments: ["\"\"", "\"ten\"", "{}", "true", "\"1e3\"", "1e300", "0.1234567891"])
  func `an order whose value cannot be read never happened`(revenue: String) {
    let records = [HandMade.order("z", at: 0, revenue), HandMade.visit("1", at: 1)]
    let expectation = ReferenceAttributionTests.expectation(records)
    #expect(expectation.conversions.isEmpty)
    #expect(expectation.unreadable == 1)
    // The page view starts the session: the order was no activity.
    #expect(expectation.touchpoints == 1)
  }

  @Test(arguments: [
    ("140", "140.00"), ("140.0", "140.00"), ("\" 66.50 \"", "66.50"), ("1e2", "100.00"),
    ("\"66.500\"", "66.50"), ("0", "0.00"), ("-3.5", "-3.50"),
    ("0.1", "0.10"), ("1234567.891", "1234567.891"),
  ])
  func `numbers and decimal text are exact values`(revenue: String, value: String) {
    let expectation = ReferenceAttributionTests.expectation([HandMade.order("z", at: 0, revenue)])
    #expect(expectation.conversions["purchase:z"]?.value == value)
    #expect(expectation.conversions["purchase:z"]?.isUnattributed == true)
  }

  @Test func `of several reports with one key the earliest stands`() {
    let records = [
      HandMade.order("3", at: 2, "30", key: "\"k\""),
      HandMade.order("2", at: 1, "20", key: "\"k\""),
      HandMade.order("1", at: 1, "10", key: "\"k\""), HandMade.order("4", at: 1, "40", key: "77"),
      HandMade.order("5", at: 1, "50", key: "\"\""), HandMade.order("6", at: 1, "60"),
    ]
    let conversions = ReferenceAttributionTests.expectation(records).conversions
    #expect(
      conversions.mapValues(\.value) == [
        "purchase:k": "10.00", "purchase:77": "40.00", "purchase:5": "50.00",
        "purchase:6": "60.00",
      ])
  }

  @Test func `a key that two people claim is ambiguous`() {
    let records = [
      HandMade.order("1", at: 0, "10", key: "\"k\""),
      HandMade.order("2", at: 1, by: "b", "20", key: "\"k\""),
    ]
    let expectation = ReferenceAttributionTests.expectation(records)
    #expect(expectation.conversions.isEmpty)
    #expect(expectation.ambiguousIDs == ["purchase:k"])
  }

  @Test func `repeats of one person within the span are a chain with its first to stand`() {
    let settings = HandMade.settings {
      $0.deduplicateBy = nil
      $0.deduplicateWithin = .minutes(1)
    }
    let records = [
      HandMade.order("1", at: 0, "1"), HandMade.order("2", at: 1, "1"),
      HandMade.order("3", at: 1.9, "1"), HandMade.order("4", at: 2.91, "1"),
      HandMade.order("5", at: 2.5, by: "b", "1"), HandMade.order("0", at: 2.91, "1"),
    ]
    let conversions = ReferenceAttributionTests.expectation(records, settings).conversions
    #expect(Set(conversions.keys) == ["purchase:1", "purchase:0", "purchase:5"])
  }

  @Test func `the same event again is dropped`() {
    let order = HandMade.order("z", at: 5, "1")
    let expectation = ReferenceAttributionTests.expectation(
      [order, HandMade.visit("1", at: 0), order, HandMade.visit("1", at: 0)])
    #expect(expectation.conversions.count == 1)
    #expect(expectation.duplicates == 2)
    #expect(expectation.touchpoints == 1)
  }
}
