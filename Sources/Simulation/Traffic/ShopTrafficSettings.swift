package import Attribution

/// What kind of traffic a simulated shop has.
package struct ShopTrafficSettings: Sendable {
  /// Which ids the events of one person carry.
  package enum Identities: Hashable, Sendable {
    /// The same for life: always the user id, or only ever the anonymous id.
    case stable
    /// Anonymous until they sign up or order, with the user id from then on.
    case login
  }

  package var people = 100_000
  /// Mean rate in simulated time, over a whole day.
  package var eventsPerSecond = 100.0
  /// 2026-03-02T00:00:00Z, a Monday.
  package var start = EventTime(milliseconds: 1_772_409_600_000)
  /// How far the rate swings around its mean within a day, 0 to 1: least at 2:00, most at 14:00.
  package var dailyAmplitude = 0.0
  package var identities = Identities.stable
  /// Whether events name the operating system, at `/context/os/name`.
  package var namesSystem = false
  /// What everybody pays in; `nil` for the currency of each one's country.
  package var currency: StaticString?
  /// How visits come about, by relative weight.
  package var channels: [(channel: ShopChannel, weight: Double)] = [
    (.paidSearch, 0.20), (.paidSearchByClickID, 0.05), (.paidSocial, 0.12), (.email, 0.10),
    (.affiliate, 0.05), (.display, 0.03), (.organicSearch, 0.18), (.organicSocial, 0.05),
    (.referral, 0.04), (.direct, 0.18),
  ]
  /// Share of people whose tracker sends a session id.
  package var shareWithSessionID = 0.3
  /// Share of events that are delivered late.
  package var shareLate = 0.0
  /// The latest a late event is delivered; shorter delays are more frequent, evenly by magnitude.
  package var longestDelay = TimeSpan.hours(6)
  /// Share of events that are delivered twice, byte for byte, up to an hour apart.
  package var shareDuplicated = 0.0
  /// Share of orders that a second source reports as well, as another event.
  package var shareOrdersReportedTwice = 0.0
  /// Share of orders of which some is refunded within minutes, and of those that are cancelled.
  package var shareRefunded = 0.0
  package var shareCancelled = 0.0
  /// Records of garbage per event; they come on top.
  package var shareGarbage = 0.0
  package var garbage = ShopGarbage.allCases
  package var incidents: [PlantedIncident] = []

  package init() {}
}
