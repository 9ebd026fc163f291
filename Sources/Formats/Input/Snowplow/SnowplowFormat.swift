internal import Attribution

/// Says what the fields of a Snowplow event mean.
enum SnowplowFormat {
  private static let campaign: [(source: SnowplowField, target: EventField)] = [
    (.source, .source), (.medium, .medium), (.campaign, .campaign), (.term, .term),
    (.content, .content),
  ]
  private static let pageView = ShortName("page_view")
  private static let screenView = ShortName("screen_view")

  /// The click ids that Snowplow takes from the URL, by the names of their networks.
  private static let networks: [(network: ShortName, parameter: String)] = [
    (ShortName("google"), "gclid"), (ShortName("microsoft"), "msclkid"),
    (ShortName("doubleclick"), "dclid"), (ShortName("facebook"), "fbclid"),
  ]

  /// Snowplow's words for devices, where they are not ours.
  private static let devices: [(word: ShortName, device: DeviceClass)] = [
    (ShortName("computer"), .desktop), (ShortName("mobile"), .mobile),
    (ShortName("tablet"), .tablet),
  ]

  /// Fills an event that has nothing but its texts. Returns whether it has an event id.
  static func fill<Source: SnowplowSource>(
    _ event: inout TrackingEvent, from source: Source, envelope: Envelope, pages: PageFields
  ) throws(Source.Failure) -> Bool {
    try fillType(of: &event, from: source)
    try fillPerson(of: &event, from: source)
    let hasID = try source.copyName(.eventID, to: .eventID, of: &event)
    if try !source.copyName(.sessionID, to: .sessionID, of: &event) {
      _ = try source.copyName(.mobileSessionID, to: .sessionID, of: &event)
    }
    let collected = try source.time(.collected)
    event.received = envelope.receivedAtLatest(collected)
    let derived = try source.time(.derived)
    guard let time = derived ?? envelope.time ?? collected ?? envelope.logged else {
      throw source.failure(.missingTime, .derived)
    }
    event.time = time
    _ = try source.copyDescription(.userAgent, to: .userAgent, of: &event)
    _ = try source.copyDescription(.country, to: .country, of: &event)
    if try source.copyDescription(.deviceType, to: .device, of: &event) { nameDevice(of: &event) }
    try fillPage(of: &event, from: source, pages: pages)
    return hasID
  }

  /// A page or a screen view, or a `track` of the event's own name.
  private static func fillType<Source: SnowplowSource>(
    of event: inout TrackingEvent, from source: Source
  ) throws(Source.Failure) {
    let name: SnowplowField = source.text(.eventName)?.isEmpty ?? true ? .event : .eventName
    let short = source.text(name).flatMap { ShortName($0) }
    switch short {
    case pageView: event.setText(.type, to: "page")
    case screenView: event.setText(.type, to: "screen")
    default:
      event.setText(.type, to: "track")
      guard try source.copyName(name, to: .event, of: &event) else {
        throw source.failure(.wrongType, .event)
      }
    }
  }

  /// The web tracker's id, the mobile trackers', or that of the collector's cookie, which is all
  /// that a pixel has.
  private static func fillPerson<Source: SnowplowSource>(
    of event: inout TrackingEvent, from source: Source
  ) throws(Source.Failure) {
    let hasUser = try source.copyName(.userID, to: .userID, of: &event)
    if try source.copyName(.domainUserID, to: .anonymousID, of: &event) { return }
    if try source.copyName(.mobileUserID, to: .anonymousID, of: &event) || hasUser { return }
    guard try source.copyName(.networkUserID, to: .anonymousID, of: &event) else {
      throw source.failure(.missingPerson, .domainUserID)
    }
  }

  private static func fillPage<Source: SnowplowSource>(
    of event: inout TrackingEvent, from source: Source, pages: PageFields
  ) throws(Source.Failure) {
    var hasCampaign = false
    for place in campaign
    where try source.copyDescription(place.source, to: place.target, of: &event) {
      hasCampaign = true
    }
    if let url = source.text(.pageURL), !url.isEmpty {
      _ = try source.copyDescription(.pageURL, to: .url, of: &event)
      pages.fillPage(of: &event, from: url, hasCampaign: hasCampaign)
    }
    if let url = source.text(.referrer), !url.isEmpty {
      _ = try source.copyDescription(.referrer, to: .referrerURL, of: &event)
      pages.fillReferrer(of: &event, from: url)
    }
    guard !event.has(.clickIDName),
      let network = source.text(.network).flatMap({ ShortName($0)?.lowercased }),
      let known = networks.first(where: { $0.network == network }),
      try source.copyDescription(.clickID, to: .clickID, of: &event)
    else { return }
    event.setText(.clickIDName, to: known.parameter)
  }

  private static func nameDevice(of event: inout TrackingEvent) {
    let word = event.withText(.device) { $0.flatMap { ShortName($0)?.lowercased } }
    guard let known = devices.first(where: { $0.word == word }) else { return }
    event.setText(.device, to: known.device.rawValue)
  }
}
