/// What Journeys needs to know of one event: decoded, classified, for one person.
///
/// The same value is refilled for every record, so reading the journeys log allocates only for
/// conversions and for ids that are not UUIDs.
package struct JourneyEvent: Sendable {
  /// What the event says about the person's sessions.
  package enum SessionMark: Hashable, Sendable {
    /// No rule asks for sessions.
    case none
    /// Activity without a session id: sessions are found by inactivity.
    case activity
    /// Activity in the tracker's session with this hashed id.
    case tracked(UInt64)
  }

  package var time = EventTime.distantPast
  package var eventID = EventID.text("")
  package var session = SessionMark.none
  /// The packed profile of the touchpoint that this event is; empty if it is none.
  package var profile: [UInt8] = []
  /// The packed profile in case the event starts its session; empty if it is none then.
  /// Equal to `profile` for events whose rule does not ask.
  package var profileIfStarting: [UInt8] = []
  package var click: ClickID?
  package var conversions: [ConversionReport] = []
  package var adjustments: [AdjustmentReport] = []
  /// What the event is to funnels.
  package var signs: [FunnelSign] = []

  package init() {}

  /// Whether being the first of its session would change what touchpoint the event is.
  package var dependsOnSession: Bool { profile != profileIfStarting }

  /// The event is more than a touchpoint.
  package var reportsSomething: Bool { !conversions.isEmpty || !adjustments.isEmpty }

  /// Forgets everything, keeps the buffers.
  package mutating func removeAll() {
    time = .distantPast
    session = .none
    if !profile.isEmpty { profile.removeAll(keepingCapacity: true) }
    if !profileIfStarting.isEmpty { profileIfStarting.removeAll(keepingCapacity: true) }
    click = nil
    if !conversions.isEmpty { conversions.removeAll() }
    if !adjustments.isEmpty { adjustments.removeAll() }
    if !signs.isEmpty { signs.removeAll(keepingCapacity: true) }
  }
}

/// What an event is to one funnel, as Intake found out.
package struct FunnelSign: Hashable, Sendable {
  /// The funnel's name.
  package var funnel: String
  /// The steps that it is, a bit for each.
  package var steps: UInt32
  /// It drops the attempt that is under way.
  package var isExcluding: Bool
  /// Values of the funnel's dimensions.
  package var segments: [String]

  package init(
    funnel: String, steps: UInt32 = 0, isExcluding: Bool = false, segments: [String] = []
  ) {
    self.funnel = funnel
    self.steps = steps
    self.isExcluding = isExcluding
    self.segments = segments
  }
}

/// One report of a conversion, as Intake found it in an event.
package struct ConversionReport: Hashable, Sendable {
  /// The conversion rule's name.
  package var rule: String
  /// The business key, if the rule names one and the event has it.
  package var key: String?
  /// Exact, at least at the scale of the currency's minor unit.
  package var value: Amount?
  package var currency: String?
  /// Among the sources that the rule prefers: 0 is the best.
  package var rank: Int

  /// The conversion's id if the report is in this event.
  package func id(of event: EventID) -> String { "\(rule):\(key ?? event.description)" }

  package init(
    rule: String, key: String? = nil, value: Amount? = nil, currency: String? = nil, rank: Int = 0
  ) {
    self.rank = rank
    self.rule = rule
    self.key = key
    self.value = value
    self.currency = currency
  }
}
