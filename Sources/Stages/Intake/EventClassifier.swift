internal import Attribution
internal import Formats

/// Evaluates every rule once on a decoded event, and says what Journeys has to know of it.
struct EventClassifier {
  enum Outcome {
    /// No rule needs the event.
    case unneeded
    /// `journeyEvent` holds what is to be forwarded.
    case needed
    /// The event is a conversion that cannot be read as one.
    case invalid(RejectedInput)
  }

  /// The event last found to be needed; refilled by the next.
  private(set) var journeyEvent = JourneyEvent()
  private(set) var futureTimes = 0

  private let rules: RuleSet
  /// The conditions of `rules`, side by side: all that most events are asked.
  private let touchpointConditions: [EventRule]
  private let conversionConditions: [EventRule]
  private let presumedNow: EventTime?
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
  private var devices = AnswerMemo<DeviceClass?>(capacity: EventClassifier.answersRemembered)
  private var channelNames = AnswerMemo<String>(capacity: EventClassifier.answersRemembered)

  /// Devices, and channels, remembered per partition of an input: a few hundred bytes each.
  private static let answersRemembered = 1_024

  init(_ rules: RuleSet, presumedNow: EventTime?) {
    self.rules = rules
    self.presumedNow = presumedNow
    sources = TrafficSourceRules(ignoredReferrers: rules.ignoredReferrers)
    channels = ChannelClassifier(rules.channels)
    followsSessions = rules.followsSessions
    touchpointConditions = rules.touchpoints.map(\.when)
    conversionConditions = rules.conversions.map(\.when)
    let conditions = touchpointConditions + conversionConditions
    readsDevice = conditions.contains { $0.reads(.device) }
    readsChannel = conditions.contains { $0.reads(.channel) }
  }

  mutating func classify(_ event: inout TrackingEvent) -> Outcome {
    containFutureTime(of: &event)
    if readsDevice { resolveDevice(of: &event) }
    if readsChannel { resolveChannel(of: &event) }
    let touchpoint = firstTouchpoint(event, startsSession: false)
    let starting = followsSessions ? firstTouchpoint(event, startsSession: true) : touchpoint

    journeyEvent.removeAll()
    for index in conversionConditions.indices where conversionConditions[index].matches(event) {
      do throws(RejectedInput) {
        journeyEvent.conversions.append(
          try EventClassifier.report(rules.conversions[index], event))
      } catch {
        return .invalid(error)
      }
    }
    guard
      touchpoint != nil || starting != nil || followsSessions
        || !journeyEvent.conversions.isEmpty
    else { return .unneeded }
    if touchpoint == nil, journeyEvent.conversions.isEmpty, isLaterInKnownSession(event) {
      return .unneeded
    }
    fill(from: &event, touchpoint, starting)
    return .needed
  }

  private func firstTouchpoint(
    _ event: borrowing TrackingEvent, startsSession: Bool
  ) -> Int? {
    for index in touchpointConditions.indices
    where touchpointConditions[index].matches(event, startsSession: startsSession) {
      return index
    }
    return nil
  }

  private mutating func isLaterInKnownSession(_ event: borrowing TrackingEvent) -> Bool {
    event.withText(.sessionID) { session in
      guard let session, !session.isEmpty else { return false }
      return event.withText(event.has(.userID) ? .userID : .anonymousID) { person in
        guard let person else { return false }
        return sessionFilter.isRedundant(person: person, session: session, time: event.time)
      }
    }
  }

  /// One bad clock must not move everybody's time: an event is not later than its reception.
  private mutating func containFutureTime(of event: inout TrackingEvent) {
    if let received = event.received ?? presumedNow,
      event.time > received + rules.time.maximumFutureSkew
    {
      futureTimes += 1
      event.time = event.received ?? latest ?? received
    }
    if presumedNow != nil { latest = max(latest ?? event.time, event.time) }
  }

  private mutating func resolveDevice(of event: inout TrackingEvent) {
    guard !event.has(.device) else { return }
    let device = event.withText(.userAgent) { agent in
      agent.flatMap { agent in
        devices.answer(to: agent) { DeviceClass(userAgent: agent) }
      }
    }
    if let device { event.setText(.device, to: device.rawValue) }
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
      event, rule: rules.touchpoints[rule], limit: rules.limits.dimensionBytes, to: &writer)
  }

  /// Reads value, currency and key of a conversion. A value that is there but no decimal number
  /// makes the event unreadable: money is not guessed.
  private static func report(
    _ rule: ConversionRule, _ event: borrowing TrackingEvent
  ) throws(RejectedInput) -> ConversionReport {
    var report = ConversionReport(rule: rule.name)
    switch rule.currency {
    case .none: break
    case .fixed(let code): report.currency = code
    case .field(let field): report.currency = event.string(field).map { $0.uppercased() }
    }
    switch rule.value {
    case .none: break
    case .fixed(let amount): report.value = amount
    case .field(let field):
      switch event.kind(field) {
      case .missing, .null: break
      case .bool, .integer, .number, .text, .object, .array:
        guard let amount = event.amount(field) else {
          throw RejectedInput(
            .invalidValue, "the value of conversion \(rule.name) is not a decimal number")
        }
        report.value = amount
      }
    }
    let scale = Currency.minorUnitScale(of: report.currency)
    if let value = report.value {
      guard let widened = value.normalized.widened(toScale: scale) else {
        throw RejectedInput(.invalidValue, "the value of conversion \(rule.name) is too large")
      }
      report.value = widened
    }
    if let field = rule.deduplicateBy { report.key = key(event, field) }
    return report
  }

  /// The business key as text; numbers as they are spelled. `nil` where there is none.
  private static func key(_ event: borrowing TrackingEvent, _ field: FieldIndex) -> String? {
    switch event.kind(field) {
    case .text: return event.has(field) ? event.string(field) : nil
    case .integer, .number: return event.amount(field)?.description
    case .missing, .null, .bool, .object, .array: return nil
    }
  }
}
