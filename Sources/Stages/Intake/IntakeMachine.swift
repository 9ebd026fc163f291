package import Attribution
package import Formats

/// The Intake stage of one input partition: decodes, classifies and forwards what a rule needs.
///
/// It keeps nothing about anybody. An event leads to nothing, to a record of the journeys log keyed
/// by person, or to a dead letter with the original bytes. Most records are one event; of a batch
/// each event goes its own way.
package struct IntakeMachine {
  /// What an Intake machine has to know.
  package struct Settings: Sendable {
    package var format: InputFormat
    package var rules: RuleSet
    package var limits: InputLimits
    /// Partitions of the journeys log.
    package var journeysPartitions: Int
    /// Where nothing tells when events were received: no event is later than this. A replay's
    /// start; `nil` in the daemon, whose records carry their time.
    package var presumedNow: EventTime?
    /// What is watched and reported; `nil` if nothing is.
    package var insights: InsightsPlan?

    package init(
      format: InputFormat, rules: RuleSet, limits: InputLimits = InputLimits(),
      journeysPartitions: Int, presumedNow: EventTime? = nil
    ) {
      self.format = format
      self.rules = rules
      self.limits = limits
      self.journeysPartitions = journeysPartitions
      self.presumedNow = presumedNow
    }
  }

  /// Where a record lies.
  private struct Origin {
    let topic: String
    let partition: Int32
    let offset: Int64
  }

  /// What was rejected of one record.
  private struct Rejections {
    var count = 0
    /// The first one beyond `lettersPerRecord`.
    var firstWithoutLetter: RejectedInput?
  }

  /// Events of one batch that get a dead letter each. Of a batch with more broken events the rest is
  /// one letter with the whole batch: a small record must not become a large amount of letters.
  package static let lettersPerRecord = 100

  package private(set) var counters = IntakeCounters()
  /// Events whose channel rule is to be found; what is forwarded does not depend on it.
  package var tracedEvents: Set<EventID> = []
  /// The index of the channel rule of each traced event that was read, if one matched.
  package private(set) var channelRules: [EventID: Int?] = [:]

  /// Whether records have to be given with their headers.
  package let readsHeaders: Bool

  private let decoder: EventDecoder
  private var event: TrackingEvent
  private var classifier: EventClassifier
  private var identities: IdentityReader
  private let consent: ConsentCheck
  /// `nil` if no event says what was spent.
  private let spend: SpendReader?
  /// What Insights is to be told; `nil` if nothing is watched.
  private var facts: IntakeFacts?
  /// How good the data was so far, and when Insights was told last.
  private var quality = InputQuality()
  private var toldQuality = InputQuality()
  private var writer = ByteWriter()
  private let journeysPartitions: Int
  private let stitches: Bool

  package init(_ settings: Settings) throws(InvalidPointer) {
    readsHeaders = settings.format.readsHeaders
    decoder = try EventDecoder(
      format: settings.format, fields: settings.rules.fields, limits: settings.limits)
    event = TrackingEvent(fieldsOf: settings.rules.fields)
    classifier = EventClassifier(
      settings.rules, presumedNow: settings.presumedNow, insights: settings.insights)
    identities = IdentityReader(settings.rules.identity)
    consent = ConsentCheck(settings.rules)
    spend = settings.insights.flatMap { plan in
      plan.spend.isEmpty ? nil : SpendReader(plan, limits: settings.rules.limits)
    }
    facts = settings.insights.map { IntakeFacts($0, partitions: settings.journeysPartitions) }
    journeysPartitions = settings.journeysPartitions
    stitches = settings.rules.identity.stitches
  }

  /// Takes one record and appends what is to be published.
  ///
  /// `topic` is also the source of reports; `partition` and `offset` only serve to say in a dead
  /// letter where the record was.
  package mutating func step(
    _ record: InputRecord, topic: String, partition: Int32, offset: Int64,
    output: inout OutgoingRecords
  ) {
    counters.records += 1
    let origin = Origin(topic: topic, partition: partition, offset: offset)
    var record = record
    // Producers may put anything there; what is no date would be arithmetic out of range later.
    if let timestamp = record.timestamp, !timestamp.isWritable { record.timestamp = nil }
    var rejections = Rejections()
    decoder.begin(record)
    while let found = decoder.next(into: &event) {
      switch found {
      case .event:
        if let reason = take(from: topic, &output) {
          reject(reason, of: record, origin, &rejections, &output)
        }
      case .rejected(let reason):
        quality.unreadable += 1
        reject(reason, of: record, origin, &rejections, &output)
      }
    }
    if let first = rejections.firstWithoutLetter {
      let more = rejections.count - IntakeMachine.lettersPerRecord
      let reason = RejectedInput(
        first.code, "\(more) more events are rejected, the first \(first.message)")
      append(reason, key: record.key, value: record.value, origin, &output)
    }
    counters.futureTimes = classifier.futureTimes
  }

  /// Appends what Insights has to know of all that came since the last call.
  package mutating func takeFacts(to output: inout OutgoingRecords) {
    guard facts != nil else { return }
    quality.events = counters.events
    quality.withoutConsent = counters.withoutConsent
    quality.futureTimes = counters.futureTimes
    facts?.add(from: toldQuality, to: quality)
    toldQuality = quality
    facts?.finish(to: &output)
  }

  /// Takes the event at hand; says why it cannot be used after all.
  private mutating func take(
    from topic: String, _ output: inout OutgoingRecords
  ) -> RejectedInput? {
    counters.events += 1
    do throws(RejectedInput) {
      if let (rule, spend) = try spend?.spend(in: event) {
        counters.spend += 1
        facts?.add(spend, of: rule.dimension)
        return nil
      }
    } catch {
      return error
    }
    let subject = identities.subject(of: event)
    guard subject != .nobody else {
      counters.unidentified += 1
      return nil
    }
    classifier.containFutureTime(of: &event)
    let isErasure = consent.erases(event)
    guard isErasure || consent.isGiven(by: event) else {
      counters.count(withoutConsent: event, consent)
      return nil
    }
    if isErasure {
      counters.erasures += 1
      if identities.isNews(event, of: subject) {
        identities.forward(event, of: subject, partitions: journeysPartitions, &output)
      }
      identities.forwardErasure(event, of: subject, partitions: journeysPartitions, &output)
      return nil
    }
    let outcome = classifier.classify(&event, from: topic, person: subject.field)
    forwardNews(of: subject, outcome, &output)
    switch outcome {
    case .unneeded: counters.unmatched += 1
    case .needed:
      counters.forwarded += 1
      if tracedEvents.contains(classifier.journeyEvent.eventID) {
        let id = classifier.journeyEvent.eventID
        channelRules.updateValue(classifier.channelRule(of: &event), forKey: id)
      }
      forward(subject, &output)
    case .screened(.robot): counters.screenedBots += 1
    case .screened(.prefetch): counters.screenedPrefetches += 1
    case .screened(.rule): counters.screenedByRule += 1
    case .invalid(let reason): return reason
    }
    return nil
  }

  /// Forwards what the event at hand tells about who is who, unless a machine sent it.
  private mutating func forwardNews(
    of subject: IdentityReader.Subject, _ outcome: EventClassifier.Outcome,
    _ output: inout OutgoingRecords
  ) {
    switch outcome {
    case .screened, .invalid: return
    case .unneeded, .needed: break
    }
    guard identities.isNews(event, of: subject) else { return }
    // Only what a rule needs has been screened already.
    if case .unneeded = outcome, classifier.screening(of: event) != nil { return }
    identities.forward(event, of: subject, partitions: journeysPartitions, &output)
  }

  /// Writes a dead letter for the record, or for that one event of it that is rejected.
  private mutating func reject(
    _ reason: RejectedInput, of record: InputRecord, _ origin: Origin,
    _ rejections: inout Rejections, _ output: inout OutgoingRecords
  ) {
    counters.rejected[reason.code, default: 0] += 1
    quality.rejected += 1
    rejections.count += 1
    guard rejections.firstWithoutLetter == nil else { return }
    guard let part = decoder.part else {
      return append(reason, key: record.key, value: record.value, origin, &output)
    }
    let placed = RejectedInput(reason.code, "in \(part.name): \(reason.message)")
    guard rejections.count <= IntakeMachine.lettersPerRecord else {
      rejections.firstWithoutLetter = placed
      return
    }
    append(placed, key: record.key, value: part.bytes ?? record.value, origin, &output)
  }

  private func append(
    _ reason: RejectedInput, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?,
    _ origin: Origin, _ output: inout OutgoingRecords
  ) {
    let letter = DeadLetter(
      topic: origin.topic, partition: origin.partition, offset: origin.offset, stage: "intake",
      code: reason.code.rawValue, message: reason.message)
    output.append(to: .deadLetters, key: key, value: value, headers: letter.headers)
  }

  private mutating func forward(
    _ subject: IdentityReader.Subject, _ output: inout OutgoingRecords
  ) {
    writer.bytes.removeAll(keepingCapacity: true)
    // The device may know whose it is.
    if subject == .device, stitches { IdentityRecord.beginAnonymousEvent(to: &writer) }
    JourneyEventCodec.write(classifier.journeyEvent, to: &writer)
    event.withText(subject.field) { person in
      guard let person else { preconditionFailure("an event was accepted without a person") }
      let partition = JourneyKey(person: person).partition(of: journeysPartitions)
      writer.bytes.withUnsafeBytes { value in
        output.append(to: .journeys, partition: Int32(partition), key: person, value: value)
      }
    }
  }
}
