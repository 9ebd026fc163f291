internal import Attribution
internal import Formats

/// Evaluates every rule once on a decoded event, and says what Journeys has to know of it.
struct EventClassifier {
  enum Outcome {
    /// No rule needs the event.
    case unneeded
    /// `journeyEvent` holds what is to be forwarded.
    case needed
    /// Some rule would need the event, but no person did what it says.
    case screened(Screening)
    /// The event is a conversion that cannot be read as one.
    case invalid(RejectedInput)
  }

  /// Why an event is left out.
  enum Screening {
    case robot, prefetch, rule
  }

  /// The event last found to be needed; refilled by the next.
  var journeyEvent = JourneyEvent()
  private(set) var futureTimes = 0

  let rules: RuleSet
  /// The conditions of `rules`, side by side: all that most events are asked.
  private let touchpointConditions: EventRules
  let conversionConditions: EventRules
  let adjustmentConditions: EventRules
  private let presumedNow: EventTime?
  /// `nil` if there are no funnels.
  private let funnels: FunnelReader?
  private let sources: TrafficSourceRules
  private let channels: ChannelClassifier
  private let followsSessions: Bool
  /// Some rule looks at a field that costs something to find out.
  private let readsDevice: Bool
  private let readsChannel: Bool
  private var latest: EventTime?
  private var writer = ByteWriter()
  private var question = ByteWriter()
  private var sessionFilter = SessionFilter()
  private var userAgents = AnswerMemo<UserAgent>(capacity: EventClassifier.answersRemembered)
  private var channelNames = AnswerMemo<String>(capacity: EventClassifier.answersRemembered)

  /// User agents, and channels, remembered per partition of an input: a few hundred bytes each.
  private static let answersRemembered = 1_024

  init(_ rules: RuleSet, presumedNow: EventTime?, insights: InsightsPlan? = nil) {
    self.rules = rules
    let funnels = insights.flatMap { plan in
      plan.funnels.isEmpty ? nil : FunnelReader(plan, limits: rules.limits)
    }
    self.funnels = funnels
    self.presumedNow = presumedNow
    sources = TrafficSourceRules(ignoredReferrers: rules.ignoredReferrers)
    channels = ChannelClassifier(rules.channels)
    followsSessions = rules.followsSessions
    var conditions = rules.touchpoints.map(\.when)
    touchpointConditions = EventRules(conditions)
    conversionConditions = EventRules(rules.conversions.map(\.when))
    adjustmentConditions = EventRules(rules.adjustments.map(\.when))
    conditions += rules.conversions.map(\.when) + rules.adjustments.map(\.when)
    if let screening = rules.screening.when { conditions.append(screening) }
    conditions += funnels?.conditions ?? []
    readsDevice = conditions.contains { $0.reads(.device) }
    readsChannel = conditions.contains { $0.reads(.channel) }
  }

  /// `topic` is where the event came from, `person` where it names whom it is about. Its time has
  /// been contained.
  mutating func classify(
    _ event: inout TrackingEvent, from topic: String, person: EventField
  ) -> Outcome {
    if readsDevice { resolveDevice(of: &event) }
    if readsChannel { resolveChannel(of: &event) }
    let touchpoint = firstTouchpoint(event, startsSession: false)
    let starting = followsSessions ? firstTouchpoint(event, startsSession: true) : touchpoint

    journeyEvent.removeAll()
    do throws(RejectedInput) {
      try findReports(in: event, from: topic)
    } catch {
      return screening(of: event).map(Outcome.screened) ?? .invalid(error)
    }
    if let funnels { findSigns(in: &event, funnels) }
    let reportsNothing = !journeyEvent.reportsSomething && journeyEvent.signs.isEmpty
    guard touchpoint != nil || starting != nil || followsSessions || !reportsNothing else {
      return .unneeded
    }
    // Most events are needed by no rule: only the others are looked at so closely.
    if let reason = screening(of: event) { return .screened(reason) }
    if touchpoint == nil, reportsNothing, isLaterInKnownSession(event, person) { return .unneeded }
    fill(from: &event, touchpoint, starting)
    return .needed
  }

  /// Adds what `event` is to funnels.
  private mutating func findSigns(in event: inout TrackingEvent, _ funnels: FunnelReader) {
    funnels.findSigns(in: event, into: &journeyEvent.signs)
    guard !journeyEvent.signs.isEmpty else { return }
    if funnels.readsDevice, !readsDevice { resolveDevice(of: &event) }
    if funnels.readsChannel, !readsChannel { resolveChannel(of: &event) }
    funnels.addSegments(of: event, to: &journeyEvent.signs)
  }

  private func firstTouchpoint(
    _ event: borrowing TrackingEvent, startsSession: Bool
  ) -> Int? {
    for index in touchpointConditions.indices
    where touchpointConditions.matches(index, event, startsSession: startsSession) {
      return index
    }
    return nil
  }

  /// The index of the channel rule that names the channel of `event`; `nil` if none does.
  mutating func channelRule(of event: inout TrackingEvent) -> Int? {
    sources.resolve(&event)
    return channels.matchingRule(event)
  }

  private mutating func isLaterInKnownSession(
    _ event: borrowing TrackingEvent, _ person: EventField
  ) -> Bool {
    event.withText(.sessionID) { session in
      guard let session, !session.isEmpty else { return false }
      return event.withText(person) { person in
        guard let person else { return false }
        return sessionFilter.isRedundant(person: person, session: session, time: event.time)
      }
    }
  }

  /// One bad clock must not move everybody's time: an event is not later than its reception.
  mutating func containFutureTime(of event: inout TrackingEvent) {
    if let received = event.received ?? presumedNow,
      event.time > received + rules.time.maximumFutureSkew
    {
      futureTimes += 1
      event.time = event.received ?? latest ?? received
    }
    if presumedNow != nil { latest = max(latest ?? event.time, event.time) }
  }

  mutating func screening(of event: borrowing TrackingEvent) -> Screening? {
    if rules.screening.bots || rules.screening.prefetches {
      switch userAgent(of: event)?.visitor {
      case .robot where rules.screening.bots: return .robot
      case .prefetch where rules.screening.prefetches: return .prefetch
      case .robot, .prefetch, .person, nil: break
      }
    }
    if let rule = rules.screening.when, rule.matches(event) { return .rule }
    return nil
  }

  private mutating func userAgent(of event: borrowing TrackingEvent) -> UserAgent? {
    event.withText(.userAgent) { agent in
      agent.map { agent in userAgents.answer(to: agent) { UserAgent(agent) } }
    }
  }

  private mutating func resolveDevice(of event: inout TrackingEvent) {
    guard !event.has(.device), let device = userAgent(of: event)?.device else { return }
    event.setText(.device, to: device.rawValue)
  }

  private mutating func resolveChannel(of event: inout TrackingEvent) {
    sources.resolve(&event)
    question.bytes.removeAll(keepingCapacity: true)
    for field in channels.fields { event.write(field, to: &question) }
    let channel = question.bytes.withUnsafeBytes { question in
      channelNames.answer(to: question) { channels.classify(event) }
    }
    event.setText(.channel, to: channel)
  }

  private mutating func fill(
    from event: inout TrackingEvent, _ touchpoint: Int?, _ starting: Int?
  ) {
    journeyEvent.time = event.time
    journeyEvent.eventID = event.withText(.eventID) { EventID($0 ?? .init(start: nil, count: 0)) }
    if followsSessions {
      journeyEvent.session = event.withText(.sessionID) { id in
        guard let id, !id.isEmpty else { return .activity }
        return .tracked(StableHash.siphash128(id).low)
      }
    }
    guard touchpoint != nil || starting != nil else { return }
    if !readsDevice { resolveDevice(of: &event) }
    if !readsChannel { resolveChannel(of: &event) }
    pack(touchpoint, event)
    journeyEvent.profile.append(contentsOf: writer.bytes)
    if touchpoint != starting { pack(starting, event) }
    journeyEvent.profileIfStarting.append(contentsOf: writer.bytes)
    if let name = event.string(.clickIDName), let value = event.string(.clickID) {
      journeyEvent.click = ClickID(name: name, value: value)
    }
  }

  /// Leaves the profile in `writer`; nothing if `rule` is `nil`.
  private mutating func pack(_ rule: Int?, _ event: borrowing TrackingEvent) {
    writer.bytes.removeAll(keepingCapacity: true)
    guard let rule else { return }
    PackedProfile.write(
      event, rule: rules.touchpoints[rule], mapped: rules.dimensions,
      limit: rules.limits.dimensionBytes, to: &writer)
  }
}
