import Attribution
import Formats
import Testing

@Suite struct InputSnowplowTests {
  private func one(_ record: String, pointers: [String] = []) throws -> TrackingEvent {
    let decoded = try decode(record, .snowplow, pointers: pointers)
    #expect(decoded.rejections.isEmpty)
    return try #require(decoded.event)
  }

  @Test(arguments: [
    SnowplowSamples.page, SnowplowSamples.pageObject, SnowplowSamples.pageWithColumns,
  ])
  func `every spelling of a page view is the same event`(record: String) throws {
    let pointers = [
      "/contexts_com_acme_user_profile_1/0/tier", "/contexts_com_acme_user_profile_1/0/age",
      "/contexts_com_acme_product_2/1/sku", "/contexts_com_acme_product_2/1/tags/0",
      "/contexts_com_acme_product_2/2/sku", "/contexts_com_acme_product_2",
      "/contexts_com_iab_snowplow_spiders_and_robots_1/0/spiderOrRobot", "/app_id",
      "/domain_sessionidx", "/br_cookies", "/dvce_ismobile", "/tr_total", "/nothing", "",
    ]
    let event = try one(record, pointers: pointers)
    let expected: [EventField: String] = [
      .type: "page", .eventID: "4f1c2b0e-8b5e-4c1a-9d55-0f3c0a6f2a11", .userID: "u-9",
      .anonymousID: "d-77", .sessionID: "s-5",
      .url: "https://Shop.example/p/1?utm_source=ignored&gclid=G1", .host: "shop.example",
      .path: "/p/1", .referrerURL: "https://www.google.com/", .referrer: "www.google.com",
      .source: "google", .medium: "cpc", .campaign: "spring", .term: "shoes", .content: "a",
      .clickIDName: "gclid", .clickID: "G1", .userAgent: "Mozilla/5.0 (iPhone)",
      .device: "mobile", .country: "DE",
    ]
    for field in EventField.allCases {
      #expect(event.string(field) == expected[field], "\(field)")
    }
    #expect(event.time == .at("2026-03-05T08:52:34.125Z"))
    #expect(event.received == .at("2026-03-05T08:52:35.001Z"))
    func at(_ number: Int) -> FieldIndex { FieldIndex(pointer: number) }
    #expect(event.string(at(0)) == "gold")
    #expect(event.number(at(1)) == 41)
    #expect(event.string(at(2)) == "b")
    #expect(event.string(at(3)) == "x")
    #expect(event.kind(at(4)) == .missing)
    #expect(event.kind(at(5)) == .array)
    #expect(event.bool(at(6)) == false)
    #expect(event.string(at(7)) == "shop")
    #expect(event.number(at(8)) == 3)
    #expect(event.bool(at(9)) == true)
    #expect(event.bool(at(10)) == false)
    #expect(!event.has(at(11)))
    #expect(event.kind(at(12)) == .missing)
    #expect(event.kind(at(13)) == .object)
  }

  @Test func `a self-describing event is reached by its flat name, money by its column`() throws {
    let name = "/unstruct_event_com_acme_shop_1_add_to_cart_1"
    let pointers = [
      name + "/price", name + "/product/sku", "/tr_total", "/ti_quantity", "/tr_orderid",
      "/unstruct_event/data/data/currency", name,
    ]
    let event = try one(SnowplowSamples.line(SnowplowSamples.cartValues), pointers: pointers)
    #expect(event.string(.type) == "track")
    #expect(event.string(.event) == "add_to_cart")
    #expect(event.amount(FieldIndex(pointer: 0))?.description == "66.5")
    #expect(event.string(FieldIndex(pointer: 1)) == "a")
    #expect(event.amount(FieldIndex(pointer: 2))?.description == "66.5")
    #expect(event.number(FieldIndex(pointer: 3)) == 2)
    #expect(event.string(FieldIndex(pointer: 4)) == "0042")
    #expect(event.string(FieldIndex(pointer: 5)) == "EUR")
    #expect(event.kind(FieldIndex(pointer: 6)) == .object)
    // Without a tracker's time it is the collector's.
    #expect(event.time == .at("2026-03-05T08:52:35Z"))
  }

  @Test(arguments: [
    ("page_view", "page_view", "page", nil), ("unstruct", "screen_view", "screen", nil),
    ("struct", "event", "track", "event"), ("page_ping", "page_ping", "track", "page_ping"),
    ("transaction", "transaction", "track", "transaction"), ("page_ping", "", "track", "page_ping"),
    ("", "add_to_cart", "track", "add_to_cart"), ("page_view", "", "page", nil),
  ])
  func `types are named as everywhere`(
    event: String, name: String, type: String, expected: String?
  ) throws {
    var values = SnowplowSamples.pageValues
    values["event"] = event
    values["event_name"] = name
    let decoded = try one(SnowplowSamples.line(values))
    #expect(decoded.string(.type) == type)
    #expect(decoded.string(.event) == expected)
  }

  private static let clientSession =
    #"{"schema":"iglu:com.snowplowanalytics.snowplow/contexts/jsonschema/1-0-1","data":[{"schema":"#
    + #""iglu:com.snowplowanalytics.snowplow/client_session/jsonschema/1-0-2","#
    + #""data":{"userId":"mobile-1","sessionId":"session-1"}}]}"#

  @Test(arguments: [
    (["domain_userid": "", "domain_sessionid": ""], "mobile-1", "session-1"),
    (["domain_userid": "d", "domain_sessionid": ""], "d", "session-1"),
    (["domain_userid": "", "domain_sessionid": "s"], "mobile-1", "s"),
    (["domain_userid": "", "contexts": ""], nil, "s-5"),
    (["domain_userid": "", "contexts": "", "user_id": ""], "n-1", "s-5"),
  ])
  func `the mobile trackers' session stands in for the web's`(
    change: [String: String], device: String?, session: String?
  ) throws {
    var values = SnowplowSamples.pageValues
    values["contexts"] = Self.clientSession
    values.merge(change) { $1 }
    let event = try one(SnowplowSamples.line(values))
    #expect(event.string(.anonymousID) == device)
    #expect(event.string(.sessionID) == session)
  }

  @Test(arguments: [
    ("Google", "gclid"), ("Microsoft", "msclkid"), ("DoubleClick", "dclid"), ("Other", nil),
    ("", nil),
  ])
  func `a click id that is only in its column counts`(network: String, name: String?) throws {
    var values = SnowplowSamples.pageValues
    values["page_url"] = "https://shop.example/"
    values["mkt_network"] = network
    let event = try one(SnowplowSamples.line(values))
    #expect(event.string(.clickIDName) == name)
    #expect(event.string(.clickID) == (name == nil ? nil : "G1"))
  }

  @Test func `campaign parameters are read where no enrichment has done it`() throws {
    var values = SnowplowSamples.pageValues
    for name in ["mkt_medium", "mkt_source", "mkt_term", "mkt_content", "mkt_campaign"] {
      values[name] = ""
    }
    values["page_url"] = "https://shop.example/?utm_source=news&utm_medium=e-mail"
    let event = try one(SnowplowSamples.line(values))
    #expect(event.string(.source) == "news")
    #expect(event.string(.medium) == "e-mail")
  }

  @Test(
    arguments: [
      (
        ["derived_tstamp": "yesterday"], .invalidTime,
        #"/derived_tstamp is "yesterday", which is no time"#
      ),
      (
        ["user_id": "", "domain_userid": "", "network_userid": ""], .missingPerson,
        "there is neither a user id nor an anonymous id"
      ),
      (
        ["derived_tstamp": "", "collector_tstamp": ""], .missingTime,
        "neither the event nor the record has a time"
      ),
      (["event": "", "event_name": ""], .wrongType, "/event is missing"),
      (
        ["page_url": String(repeating: "x", count: 16_385)], .fieldTooLarge,
        "/page_url has 16385 bytes, more than 16384"
      ),
      (
        ["domain_userid": "", "contexts": "{"], .invalidJSON,
        "in contexts, unstruct_event or derived_contexts: "
          + "The JSON document has an improper structure: missing or superfluous commas, braces, "
          + "missing keys, etc."
      ),
    ] as [([String: String], RejectionCode, String)])
  func `a rejection names the column`(
    change: [String: String], code: RejectionCode, message: String
  ) throws {
    let line = SnowplowSamples.line(SnowplowSamples.pageValues.merging(change) { $1 })
    #expect(try decode(line, .snowplow).rejections == [RejectedInput(code, message)])
  }

  @Test(arguments: [-1, 1, 20])
  func `a line has 131 columns`(more: Int) throws {
    let columns = SnowplowSamples.page.split(separator: "\t", omittingEmptySubsequences: false)
    let line = columns.dropLast(max(0, -more)) + Array(repeating: "", count: max(0, more))
    let decoded = try decode(line.joined(separator: "\t"), .snowplow)
    #expect(
      decoded.rejections == [
        RejectedInput(
          .wrongColumns,
          "the record has \(131 + more) columns with tabs between them, "
            + "not the 131 of an enriched event")
      ])
  }

  @Test func `what is not of its column's kind stays text`() throws {
    var values = SnowplowSamples.cartValues
    values.merge(["tr_total": "nan", "ti_quantity": "two", "br_cookies": "yes"]) { $1 }
    let pointers = ["/tr_total", "/ti_quantity", "/br_cookies"]
    let event = try one(SnowplowSamples.line(values), pointers: pointers)
    #expect((0..<3).map { event.string(FieldIndex(pointer: $0)) } == ["nan", "two", "yes"])
  }

  @Test(arguments: [
    ("iglu:com.acme/User/jsonschema/1-0-0", "user"),
    ("iglu:com.acme/userProfile/jsonschema/1-0-0", "user_profile"),
    ("iglu:com.acme/UserHTTPInfo/jsonschema/1-0-0", "user_httpinfo"),
    ("iglu:com.acme/v2User/jsonschema/1-0-0", "v2_user"),
    ("iglu:com.acme/a.b-c_d/jsonschema/1-0-0", "a_b_c_d"),
    ("iglu:com.acme/A.B/jsonschema/1-0-0", "a_b"),
  ])
  func `flat names are those of the Analytics SDKs`(schema: String, name: String) throws {
    var values = SnowplowSamples.pageValues
    values["contexts"] = #"{"schema":"s","data":[{"schema":"\#(schema)","data":{"x":1}}]}"#
    let event = try one(
      SnowplowSamples.line(values), pointers: ["/contexts_com_acme_\(name)_1/0/x"])
    #expect(event.number(FieldIndex(pointer: 0)) == 1)
  }

  @Test(arguments: [
    "{}", "[]", "1", "null", #""text""#, #"{"data":7}"#, #"{"data":[7,null,[],{}]}"#,
    #"{"data":[{"schema":7,"data":1},{"schema":"iglu:","data":1},{"schema":"iglu:a/b","data":1}]}"#,
    #"{"data":[{"schema":"iglu:a/b/jsonschema/","data":1},{"schema":"iglu:com.acme/x/j/1-0-0"}]}"#,
    #"{"data":[{"schema":"http://com.acme/x/j/1-0-0","data":{"y":1}}]}"#,
  ])
  func `odd entities are no entities`(contexts: String) throws {
    var values = SnowplowSamples.pageValues
    values["contexts"] = contexts
    values["unstruct_event"] = contexts
    let pointers = ["/contexts_com_acme_x_1/0/y", "/unstruct_event_com_acme_x_1/y"]
    let event = try one(SnowplowSamples.line(values), pointers: pointers)
    #expect(event.kind(FieldIndex(pointer: 0)) == .missing)
    #expect(event.kind(FieldIndex(pointer: 1)) == .missing)
  }
}
