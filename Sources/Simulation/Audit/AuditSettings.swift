package import Attribution

/// Everything the reference implementation has to be told.
package struct AuditSettings: Sendable {
  /// Ordered: the first that matches names the touchpoint.
  package var touchpoints: [AuditTouchpointRule] = [.visit]
  package var conversions: [AuditConversionRule] = []
  package var sessionTimeout = TimeSpan.minutes(30)
  package var maximumFutureSkew = TimeSpan.minutes(5)
  /// Names the channel of a touchpoint.
  package var channel: @Sendable (AuditEvent) -> String = AuditChannels.channel

  package init() {}
}

/// Says which events are touchpoints.
package struct AuditTouchpointRule: Sendable {
  package var name: String
  package var interaction: Interaction
  /// Gets the event, and whether it starts a session.
  package var matches: @Sendable (AuditEvent, Bool) -> Bool

  package init(
    name: String, interaction: Interaction,
    matches: @escaping @Sendable (AuditEvent, Bool) -> Bool
  ) {
    self.name = name
    self.interaction = interaction
    self.matches = matches
  }

  /// A page or screen view that brings campaign data or starts a session.
  package static let visit = AuditTouchpointRule(name: "visit", interaction: .visit) {
    event, startsSession in
    ["page", "screen"].contains(event.type) && (event.hasCampaign || startsSession)
  }

  /// A tracked event of this name.
  package static func event(
    _ event: String, name: String, interaction: Interaction
  ) -> AuditTouchpointRule {
    AuditTouchpointRule(name: name, interaction: interaction) { candidate, _ in
      candidate.type == "track" && candidate.name == event
    }
  }
}

/// Says which events are conversions, and how they are credited.
package struct AuditConversionRule: Sendable {
  /// Where a value or a currency comes from.
  package enum Source: Sendable {
    case none
    case fixed(String)
    /// A JSON pointer.
    case pointer(String)
  }

  package var name: String
  package var matches: @Sendable (AuditEvent) -> Bool
  package var value = Source.none
  package var currency = Source.none
  /// JSON pointer to what makes several reports one conversion.
  package var deduplicateBy: String?
  package var deduplicateWithin: TimeSpan?
  package var path = AuditPathRules()
  package var models: [AuditModel] = [.lastTouch]

  /// Conversions that are the tracked event `event`.
  package init(name: String, event: String) {
    self.name = name
    matches = { $0.type == "track" && $0.name == event }
  }
}

/// How the path of one conversion is found.
package struct AuditPathRules: Sendable {
  package enum Views: Sendable {
    case never, whenNoClick, always
  }

  package enum Transform: Sendable {
    case unique, exposure, first, frequency
    case removeTrailing(String)
    case remove(String)
  }

  package var lookback: [Interaction: TimeSpan] = [
    .click: .days(30), .visit: .days(30), .view: .days(1),
  ]
  package var views = Views.whenNoClick
  package var includeChannels: [String] = []
  package var excludeChannels: [String] = []
  package var includeCampaigns: [String] = []
  package var excludeCampaigns: [String] = []
  package var transforms: [Transform] = [.exposure]
  /// What transforms compare.
  package var dimension: @Sendable (ReferenceTouchpoint) -> String = { $0.channel }
  package var maximumTouchpoints = 200
  package var resetsAfterConversion = false

  package init() {}
}

/// How a conversion is shared among the touchpoints of its path.
package enum AuditModel: Hashable, Sendable {
  case firstTouch, lastTouch, lastNonDirectTouch, linear, participation
  case timeDecay(halfLife: TimeSpan)
  case positionBased(first: Fraction, last: Fraction)

  /// 0.4 to the first and the last.
  package static let positionBased = AuditModel.positionBased(
    first: Fraction(4, 10), last: Fraction(4, 10))

  /// The name in output records.
  package var name: String {
    switch self {
    case .firstTouch: "first_touch"
    case .lastTouch: "last_touch"
    case .lastNonDirectTouch: "last_non_direct_touch"
    case .linear: "linear"
    case .participation: "participation"
    case .timeDecay: "time_decay"
    case .positionBased: "position_based"
    }
  }
}
