/// The columns of an enriched event, in the order in which a line has them.
enum SnowplowColumns {
  /// What a column holds once it is not empty.
  enum Kind {
    case text, integer, number, bool, time
    /// Self-describing JSON.
    case json
  }

  /// How many a line has; it ends with the last one.
  static let count = all.count

  static let all: [(name: String, kind: Kind)] = runs.flatMap { kind, names in
    names.split(separator: " ").map { (String($0), kind) }
  }

  /// The place of a column in a line; `nil` for all other names.
  static func position(of name: String) -> Int? {
    all.firstIndex { $0.name == name }
  }

  /// Neighbours of one kind.
  private static let runs: [(Kind, String)] = [
    (.text, "app_id platform"),
    (.time, "etl_tstamp collector_tstamp dvce_created_tstamp"),
    (.text, "event event_id"),
    (.integer, "txn_id"),
    (
      .text,
      "name_tracker v_tracker v_collector v_etl user_id user_ipaddress "
        + "user_fingerprint domain_userid"
    ),
    (.integer, "domain_sessionidx"),
    (.text, "network_userid geo_country geo_region geo_city geo_zipcode"),
    (.number, "geo_latitude geo_longitude"),
    (
      .text,
      "geo_region_name ip_isp ip_organization ip_domain ip_netspeed page_url "
        + "page_title page_referrer page_urlscheme page_urlhost"
    ),
    (.integer, "page_urlport"),
    (.text, "page_urlpath page_urlquery page_urlfragment refr_urlscheme refr_urlhost"),
    (.integer, "refr_urlport"),
    (
      .text,
      "refr_urlpath refr_urlquery refr_urlfragment refr_medium refr_source refr_term "
        + "mkt_medium mkt_source mkt_term mkt_content mkt_campaign"
    ),
    (.json, "contexts"),
    (.text, "se_category se_action se_label se_property"),
    (.number, "se_value"),
    (.json, "unstruct_event"),
    (.text, "tr_orderid tr_affiliation"),
    (.number, "tr_total tr_tax tr_shipping"),
    (.text, "tr_city tr_state tr_country ti_orderid ti_sku ti_name ti_category"),
    (.number, "ti_price"),
    (.integer, "ti_quantity pp_xoffset_min pp_xoffset_max pp_yoffset_min pp_yoffset_max"),
    (.text, "useragent br_name br_family br_version br_type br_renderengine br_lang"),
    (
      .bool,
      "br_features_pdf br_features_flash br_features_java br_features_director "
        + "br_features_quicktime br_features_realplayer br_features_windowsmedia "
        + "br_features_gears br_features_silverlight br_cookies"
    ),
    (.text, "br_colordepth"),
    (.integer, "br_viewwidth br_viewheight"),
    (.text, "os_name os_family os_manufacturer os_timezone dvce_type"),
    (.bool, "dvce_ismobile"),
    (.integer, "dvce_screenwidth dvce_screenheight"),
    (.text, "doc_charset"),
    (.integer, "doc_width doc_height"),
    (.text, "tr_currency"),
    (.number, "tr_total_base tr_tax_base tr_shipping_base"),
    (.text, "ti_currency"),
    (.number, "ti_price_base"),
    (.text, "base_currency geo_timezone mkt_clickid mkt_network etl_tags"),
    (.time, "dvce_sent_tstamp"),
    (.text, "refr_domain_userid"),
    (.time, "refr_dvce_tstamp"),
    (.json, "derived_contexts"),
    (.text, "domain_sessionid"),
    (.time, "derived_tstamp"),
    (.text, "event_vendor event_name event_format event_version event_fingerprint"),
    (.time, "true_tstamp"),
  ]
}
