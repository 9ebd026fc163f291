/// What is read from every Snowplow event, whatever the rules ask for.
enum SnowplowField: Int, CaseIterable {
  case event, eventName, eventID
  case userID, domainUserID, networkUserID, sessionID
  case collected, derived
  case pageURL, referrer
  case medium, source, term, content, campaign, clickID, network
  case country, userAgent, deviceType
  /// Of the mobile trackers' session context, which stands in for the web tracker's columns.
  case mobileUserID, mobileSessionID

  /// The column, or the flat name's JSON pointer, without its first slash.
  var name: String {
    switch self {
    case .event: "event"
    case .eventName: "event_name"
    case .eventID: "event_id"
    case .userID: "user_id"
    case .domainUserID: "domain_userid"
    case .networkUserID: "network_userid"
    case .sessionID: "domain_sessionid"
    case .collected: "collector_tstamp"
    case .derived: "derived_tstamp"
    case .pageURL: "page_url"
    case .referrer: "page_referrer"
    case .medium: "mkt_medium"
    case .source: "mkt_source"
    case .term: "mkt_term"
    case .content: "mkt_content"
    case .campaign: "mkt_campaign"
    case .clickID: "mkt_clickid"
    case .network: "mkt_network"
    case .country: "geo_country"
    case .userAgent: "useragent"
    case .deviceType: "dvce_type"
    case .mobileUserID: SnowplowField.mobileSession + "userId"
    case .mobileSessionID: SnowplowField.mobileSession + "sessionId"
    }
  }

  private static let mobileSession = "contexts_com_snowplowanalytics_snowplow_client_session_1/0/"
}
