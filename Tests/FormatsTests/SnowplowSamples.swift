/// Enriched events for tests, as lines and as objects.
enum SnowplowSamples {
  /// Names of the columns in the order of a line, as Snowplow's documentation lists them.
  static let columns = """
    app_id platform etl_tstamp collector_tstamp dvce_created_tstamp event event_id txn_id
    name_tracker v_tracker v_collector v_etl user_id user_ipaddress user_fingerprint domain_userid
    domain_sessionidx network_userid geo_country geo_region geo_city geo_zipcode geo_latitude
    geo_longitude geo_region_name ip_isp ip_organization ip_domain ip_netspeed page_url page_title
    page_referrer page_urlscheme page_urlhost page_urlport page_urlpath page_urlquery
    page_urlfragment refr_urlscheme refr_urlhost refr_urlport refr_urlpath refr_urlquery
    refr_urlfragment refr_medium refr_source refr_term mkt_medium mkt_source mkt_term mkt_content
    mkt_campaign contexts se_category se_action se_label se_property se_value unstruct_event
    tr_orderid tr_affiliation tr_total tr_tax tr_shipping tr_city tr_state tr_country ti_orderid
    ti_sku ti_name ti_category ti_price ti_quantity pp_xoffset_min pp_xoffset_max pp_yoffset_min
    pp_yoffset_max useragent br_name br_family br_version br_type br_renderengine br_lang
    br_features_pdf br_features_flash br_features_java br_features_director br_features_quicktime
    br_features_realplayer br_features_windowsmedia br_features_gears br_features_silverlight
    br_cookies br_colordepth br_viewwidth br_viewheight os_name os_family os_manufacturer
    os_timezone dvce_type dvce_ismobile dvce_screenwidth dvce_screenheight doc_charset doc_width
    doc_height tr_currency tr_total_base tr_tax_base tr_shipping_base ti_currency ti_price_base
    base_currency geo_timezone mkt_clickid mkt_network etl_tags dvce_sent_tstamp refr_domain_userid
    refr_dvce_tstamp derived_contexts domain_sessionid derived_tstamp event_vendor event_name
    event_format event_version event_fingerprint true_tstamp
    """.split { " \n".contains($0) }.map(String.init)

  static func line(_ values: [String: String]) -> String {
    precondition(Set(values.keys).isSubset(of: columns))
    return columns.map { values[$0] ?? "" }.joined(separator: "\t")
  }

  static let session =
    #"{"schema":"iglu:com.snowplowanalytics.snowplow/contexts/jsonschema/1-0-1","data":["#
    + #"{"schema":"iglu:com.acme/user_profile/jsonschema/1-0-2","data":{"tier":"gold","age":41}},"#
    + #"{"schema":"iglu:com.acme/product/jsonschema/2-0-0","data":{"sku":"a"}},"#
    + #"{"schema":"iglu:com.acme/product/jsonschema/2-1-0","data":{"sku":"b","tags":["x"]}}]}"#

  static let addToCart =
    #"{"schema":"iglu:com.snowplowanalytics.snowplow/unstruct_event/jsonschema/1-0-0","data":"#
    + #"{"schema":"iglu:com.acme.shop-1/addToCart/jsonschema/1-0-0","#
    + #""data":{"price":66.50,"currency":"EUR","product":{"sku":"a"}}}}"#

  static let agents =
    #"{"schema":"iglu:com.snowplowanalytics.snowplow/contexts/jsonschema/1-0-1","data":["#
    + #"{"schema":"iglu:com.iab.snowplow/spiders_and_robots/jsonschema/1-0-0","#
    + #""data":{"spiderOrRobot":false,"category":"BROWSER"}}]}"#

  static let pageValues: [String: String] = [
    "app_id": "shop", "platform": "web", "collector_tstamp": "2026-03-05 08:52:35.001",
    "dvce_created_tstamp": "2026-03-05 10:52:34.125", "event": "page_view",
    "event_id": "4f1c2b0e-8b5e-4c1a-9d55-0f3c0a6f2a11", "user_id": "u-9", "domain_userid": "d-77",
    "domain_sessionidx": "3", "network_userid": "n-1", "geo_country": "DE",
    "page_url": "https://Shop.example/p/1?utm_source=ignored&gclid=G1",
    "page_referrer": "https://www.google.com/", "mkt_medium": "cpc", "mkt_source": "google",
    "mkt_term": "shoes", "mkt_content": "a", "mkt_campaign": "spring", "mkt_clickid": "G1",
    "mkt_network": "Google", "contexts": session, "derived_contexts": agents,
    "useragent": "Mozilla/5.0 (iPhone)", "br_cookies": "1", "dvce_type": "Mobile",
    "domain_sessionid": "s-5", "derived_tstamp": "2026-03-05 08:52:34.125",
    "event_vendor": "com.snowplowanalytics.snowplow", "event_name": "page_view",
    "event_format": "jsonschema", "event_version": "1-0-0", "v_tracker": "js-3.5.0",
    "dvce_ismobile": "0", "true_tstamp": "2026-03-05 08:52:34.125",
  ]

  static let page = line(pageValues)

  /// The same event as an Analytics SDK writes it.
  static let pageObject = #"""
    {"app_id":"shop","platform":"web","etl_tstamp":null,
    "collector_tstamp":"2026-03-05T08:52:35.001Z","dvce_created_tstamp":"2026-03-05T10:52:34.125Z",
    "event":"page_view","event_id":"4f1c2b0e-8b5e-4c1a-9d55-0f3c0a6f2a11","txn_id":null,
    "user_id":"u-9","domain_userid":"d-77","domain_sessionidx":3,"network_userid":"n-1",
    "geo_country":"DE","page_url":"https://Shop.example/p/1?utm_source=ignored&gclid=G1",
    "page_referrer":"https://www.google.com/","mkt_medium":"cpc","mkt_source":"google",
    "mkt_term":"shoes","mkt_content":"a","mkt_campaign":"spring","mkt_clickid":"G1",
    "mkt_network":"Google","useragent":"Mozilla/5.0 (iPhone)","br_cookies":true,
    "dvce_type":"Mobile","dvce_ismobile":false,"domain_sessionid":"s-5",
    "derived_tstamp":"2026-03-05T08:52:34.125Z","event_name":"page_view",
    "contexts_com_acme_user_profile_1":[{"tier":"gold","age":41,"_schema_version":"1-0-2"}],
    "contexts_com_acme_product_2":[{"sku":"a"},{"sku":"b","tags":["x"]}],
    "contexts_com_iab_snowplow_spiders_and_robots_1":[{"spiderOrRobot":false,
    "category":"BROWSER"}],"tr_total":null}
    """#

  /// The same event with its entities left in their columns.
  static let pageWithColumns: String =
    pageObject.replacing("\"contexts_com_acme", with: "\"x_com_acme")
    .replacing("\"contexts_com_iab", with: "\"x_com_iab").dropLast()
    + ",\"contexts\":\(session),\"derived_contexts\":\(agents),\"unstruct_event\":null}"

  static let cartValues: [String: String] = [
    "collector_tstamp": "2026-03-05 08:52:35", "event": "unstruct", "event_id": "e-1",
    "domain_userid": "d-77", "domain_sessionid": "s-5", "event_name": "add_to_cart",
    "unstruct_event": addToCart, "tr_total": "66.50", "ti_quantity": "2", "tr_orderid": "0042",
    "tr_currency": "EUR",
  ]
}
