import Formats

/// One page view in every format, of the length that trackers really send.
enum FormatSamples {
  static let segment = """
    {"type":"page","messageId":"4f1c2b0e-8b5e-4c1a-9d55-0f3c0a6f2a11","anonymousId":"a-77",\
    "timestamp":"2026-03-05T08:52:34.125Z","context":{"campaign":{"source":"google",\
    "medium":"cpc","name":"spring"},"page":{"url":"https://shop.example/p/1","referrer":\
    "https://www.google.com/"},"userAgent":"\(agent)"},"properties":{"x":1}}
    """

  static func batch(of count: Int) -> String {
    #"{"batch":[\#(Array(repeating: segment, count: count).joined(separator: ","))]}"#
  }

  static let cloudEvent = """
    {"specversion":"1.0","id":"4f1c2b0e","source":"/web","type":"page",\
    "time":"2026-03-05T08:52:34.125Z","datacontenttype":"application/json","data":\(segment)}
    """

  static let headers: [(StaticString, StaticString)] = [
    ("ce_specversion", "1.0"), ("ce_id", "4f1c2b0e"), ("ce_source", "/web"), ("ce_type", "page"),
    ("ce_time", "2026-03-05T08:52:34.125Z"), ("content-type", "application/json"),
  ]

  static let mapping = MappedFields([
    .type: "/type", .anonymous: "/anonymousId", .id: "/messageId", .time: "/timestamp",
    .url: "/context/page/url", .referrer: "/context/page/referrer",
    .source: "/context/campaign/source", .medium: "/context/campaign/medium",
    .campaign: "/context/campaign/name", .userAgent: "/context/userAgent",
  ])

  private static let agent =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    + "Chrome/122.0.0.0 Safari/537.36"

  private static let contexts =
    #"{"schema":"iglu:com.snowplowanalytics.snowplow/contexts/jsonschema/1-0-0","data":["#
    + #"{"schema":"iglu:com.snowplowanalytics.snowplow/web_page/jsonschema/1-0-0","#
    + #""data":{"id":"4f1c2b0e-8b5e-4c1a-9d55-0f3c0a6f2a11"}},"#
    + #"{"schema":"iglu:com.acme/customer/jsonschema/1-0-2","data":{"tier":"gold","age":41}}]}"#

  private static let derivedContexts =
    #"{"schema":"iglu:com.snowplowanalytics.snowplow/contexts/jsonschema/1-0-1","data":["#
    + #"{"schema":"iglu:nl.basjes/yauaa_context/jsonschema/1-0-4","data":{"deviceClass":"Desktop","#
    + #""agentName":"Chrome","agentVersionMajor":"122","operatingSystemName":"Windows NT"}}]}"#

  /// Places and values of the columns that a page view has.
  private static let columns: [Int: String] = [
    0: "shop", 1: "web", 2: "2026-03-05 08:52:36.001", 3: "2026-03-05 08:52:35.001",
    4: "2026-03-05 10:52:34.125", 5: "page_view", 6: "4f1c2b0e-8b5e-4c1a-9d55-0f3c0a6f2a11",
    8: "tracker", 9: "js-3.5.0", 10: "collector-3.1.0", 11: "enrich-4.1.0", 13: "192.0.2.1",
    15: "b6a1c2d3-0000-4c1a-9d55-0f3c0a6f2a11", 16: "3",
    17: "c7a1c2d3-0000-4c1a-9d55-0f3c0a6f2a11", 18: "DE", 19: "BE", 20: "Berlin", 21: "10115",
    22: "52.52", 23: "13.405", 29: "https://shop.example/p/1", 30: "A product of ours",
    31: "https://www.google.com/", 32: "https", 33: "shop.example", 34: "443", 35: "/p/1",
    38: "https", 39: "www.google.com", 40: "443", 41: "/", 44: "search", 45: "Google", 47: "cpc",
    48: "google", 51: "spring", 52: contexts,
    77: agent, 83: "de-DE", 93: "1", 94: "24", 95: "1920", 96: "947",
    100: "Europe/Berlin", 103: "1920", 104: "1080", 105: "UTF-8",
    106: "1903", 107: "4100", 119: "2026-03-05 10:52:34.200", 122: derivedContexts,
    123: "d8a1c2d3-0000-4c1a-9d55-0f3c0a6f2a11", 124: "2026-03-05 08:52:34.926",
    125: "com.snowplowanalytics.snowplow", 126: "page_view",
    127: "jsonschema", 128: "1-0-0",
  ]

  static let snowplowLine = (0..<131).map { columns[$0] ?? "" }.joined(separator: "\t")

  static let snowplowObject = """
    {"app_id":"shop","platform":"web","collector_tstamp":"2026-03-05T08:52:35.001Z",\
    "event":"page_view","event_id":"4f1c2b0e-8b5e-4c1a-9d55-0f3c0a6f2a11",\
    "domain_userid":"b6a1c2d3-0000-4c1a-9d55-0f3c0a6f2a11","domain_sessionidx":3,\
    "geo_country":"DE","geo_city":"Berlin","geo_latitude":52.52,"geo_longitude":13.405,\
    "page_url":"https://shop.example/p/1","page_title":"A product of ours",\
    "page_referrer":"https://www.google.com/","page_urlscheme":"https",\
    "page_urlhost":"shop.example","page_urlport":443,"page_urlpath":"/p/1",\
    "refr_medium":"search","refr_source":"Google","mkt_medium":"cpc","mkt_source":"google",\
    "mkt_campaign":"spring","useragent":"\(agent)","br_lang":"de-DE","br_cookies":true,\
    "br_viewwidth":1920,"br_viewheight":947,"os_timezone":"Europe/Berlin","doc_width":1903,\
    "domain_sessionid":"d8a1c2d3-0000-4c1a-9d55-0f3c0a6f2a11","tr_total":null,"ti_price":null,\
    "derived_tstamp":"2026-03-05T08:52:34.926Z","event_vendor":"com.snowplowanalytics.snowplow",\
    "event_name":"page_view","event_format":"jsonschema","event_version":"1-0-0",\
    "contexts_com_acme_customer_1":[{"tier":"gold","age":41}],\
    "contexts_nl_basjes_yauaa_context_1":[{"deviceClass":"Desktop","agentName":"Chrome"}]}
    """
}
