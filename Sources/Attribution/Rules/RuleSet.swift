/// Everything a configuration says about attribution, compiled: what Intake classifies by and what
/// Journeys credits by.
package struct RuleSet: Sendable {
  /// Fields that the rules read.
  package var fields: FieldTable
  /// Ordered: the first match names the touchpoint.
  package var touchpoints: [TouchpointRule] { didSet { derive() } }
  package var conversions: [ConversionRule] { didSet { derive() } }
  /// All that match apply.
  package var adjustments: [AdjustmentRule] = [] { didSet { derive() } }
  /// What touchpoints carry besides what every event may have.
  package var dimensions: [MappedDimension] = []
  /// Names of the sources behind input topics, where they are not the topics' own.
  package var sources: [String: String] = [:]
  /// Ordered, the defaults at the end: the first match names the channel.
  package var channels: [ChannelRule]
  /// Referrer hosts, normalised, that never take credit: payment providers, the site itself. A host
  /// covers its subdomains.
  package var ignoredReferrers: [NormalizedText]
  package var screening: ScreeningRules
  package var time: TimeRules { didSet { derive() } }
  package var limits: JourneyLimits
  package var identity = IdentityRules()
  package var consent = ConsentRules()

  /// Whether the events that journeys are made of are kept, because some may have to leave.
  package var holdsEvents: Bool { identity.stitches || consent.erases != nil }

  /// How long they are: as long as they can matter to what may still be said.
  package var eventHold: TimeSpan {
    retention + (conversionHold > .zero ? conversionHold + longestLookback : .zero)
  }

  /// How long a journey keeps what happened: as far as any rule looks back, and the time that an
  /// event may be late on top of it.
  ///
  /// Rules look back over a path, over repeats of a conversion, and over a session's last activity.
  package private(set) var retention = TimeSpan.zero

  /// How far the paths of any conversion look back.
  package private(set) var longestLookback = TimeSpan.zero

  /// How much longer conversions are kept than the rest, with what is on their paths: as long as
  /// something may still be said about them, or later ones credit their paths.
  package private(set) var conversionHold = TimeSpan.zero

  /// Whether any rule asks for the first event of a session, so that Journeys has to follow sessions.
  package private(set) var followsSessions = false

  package init(
    fields: FieldTable, touchpoints: [TouchpointRule], conversions: [ConversionRule],
    channels: [ChannelRule], ignoredReferrers: [NormalizedText] = [],
    screening: ScreeningRules = ScreeningRules(), time: TimeRules = TimeRules(),
    limits: JourneyLimits = JourneyLimits()
  ) {
    self.fields = fields
    self.touchpoints = touchpoints
    self.conversions = conversions
    self.channels = channels
    self.ignoredReferrers = ignoredReferrers
    self.screening = screening
    self.time = time
    self.limits = limits
    derive()
  }

  /// Found out once per change of the rules, because they are asked for with every event.
  private mutating func derive() {
    followsSessions = touchpoints.contains { $0.when.dependsOnSession }
    var longest = followsSessions ? time.sessionTimeout : .zero
    longestLookback = .zero
    for rule in conversions {
      longestLookback = max(longestLookback, rule.longestLookback)
      longest = max(longest, rule.longestLookback, rule.deduplicateWithin ?? .zero)
    }
    retention = longest + time.lateAccept
    let isCorrected = !adjustments.isEmpty || conversions.contains { !$0.prefer.isEmpty }
    let credited = conversions.compactMap { $0.credits?.within }.max() ?? .zero
    conversionHold = credited + (isCorrected ? time.adjustWithin : .zero)
  }
}

/// How event time is trusted.
package struct TimeRules: Hashable, Sendable {
  /// How far behind stream time an event may be and still correct what was emitted.
  package var lateAccept = TimeSpan.days(3)
  /// How far from a conversion an event may be and still change what it is worth.
  package var adjustWithin = TimeSpan.days(30)
  /// How far ahead of its reception an event may claim to be.
  package var maximumFutureSkew = TimeSpan.minutes(5)
  /// Inactivity after which the next event starts a session, where the tracker sends no session id.
  package var sessionTimeout = TimeSpan.minutes(30)

  package init() {}
}

/// What one journey may hold. At a limit the defined thing happens and a counter says so.
package struct JourneyLimits: Hashable, Sendable {
  /// Beyond it the first and the most recent touchpoints are kept.
  package var touchpointsPerJourney = 500
  /// Beyond it the oldest conversion can no longer be revised.
  package var conversionsPerJourney = 200
  /// Beyond it the oldest corrections of conversions are forgotten.
  package var correctionsPerJourney = 500
  /// Beyond it the oldest sessions are forgotten.
  package var sessionsPerJourney = 500
  /// Longer values of a dimension (a landing page, a search term, …) are cut.
  package var dimensionBytes = 512

  package init() {}
}
