package import Attribution
package import Formats

/// The Intake stage of one input partition: decodes, classifies and forwards what a rule needs.
///
/// It keeps nothing about anybody. A record leads to nothing, to an event for the journeys log
/// keyed by person, or to a dead letter with the original bytes.
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

  package private(set) var counters = IntakeCounters()
  /// Events whose channel rule is to be found; what is forwarded does not depend on it.
  package var tracedEvents: Set<EventID> = []
  /// The index of the channel rule of each traced event that was read, if one matched.
  package private(set) var channelRules: [EventID: Int?] = [:]

  private let decoder: EventDecoder
  private var event: TrackingEvent
  private var classifier: EventClassifier
  private var writer = ByteWriter()
  private let journeysPartitions: Int

  package init(_ settings: Settings) throws(InvalidPointer) {
    decoder = try EventDecoder(
      format: settings.format, fields: settings.rules.fields, limits: settings.limits)
    event = TrackingEvent(fieldsOf: settings.rules.fields)
    classifier = EventClassifier(settings.rules, presumedNow: settings.presumedNow)
    journeysPartitions = settings.journeysPartitions
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
    var invalid: RejectedInput?
    var events = 0
    var forwarded = 0
    var record = record
    // Producers may put anything there; what is no date would be arithmetic out of range later.
    if let timestamp = record.timestamp, !timestamp.isWritable { record.timestamp = nil }
    let rejected = decoder.decode(record, into: &event) { event in
      events += 1
      switch classifier.classify(&event, from: topic) {
      case .unneeded: return
      case .invalid(let rejection): invalid = invalid ?? rejection
      case .needed:
        forwarded += 1
        if tracedEvents.contains(classifier.journeyEvent.eventID) {
          let id = classifier.journeyEvent.eventID
          channelRules.updateValue(classifier.channelRule(of: &event), forKey: id)
        }
        IntakeMachine.forward(
          event, as: classifier.journeyEvent, partitions: journeysPartitions, &writer, &output)
      }
    }
    counters.events += events
    counters.forwarded += forwarded
    counters.futureTimes = classifier.futureTimes
    if let rejected = rejected ?? invalid {
      counters.rejected[rejected.code, default: 0] += 1
      let letter = DeadLetter(
        topic: topic, partition: partition, offset: offset, stage: "intake",
        code: rejected.code.rawValue, message: rejected.message)
      output.append(
        to: .deadLetters, key: record.key, value: record.value, headers: letter.headers)
    } else {
      counters.unmatched += events - forwarded
    }
  }

  private static func forward(
    _ event: borrowing TrackingEvent, as journeyEvent: borrowing JourneyEvent, partitions: Int,
    _ writer: inout ByteWriter, _ output: inout OutgoingRecords
  ) {
    writer.bytes.removeAll(keepingCapacity: true)
    JourneyEventCodec.write(journeyEvent, to: &writer)
    let person: EventField = event.has(.userID) ? .userID : .anonymousID
    event.withText(person) { person in
      guard let person else { preconditionFailure("an event was accepted without a person") }
      let partition = JourneyKey(person: person).partition(of: partitions)
      writer.bytes.withUnsafeBytes { value in
        output.append(to: .journeys, partition: Int32(partition), key: person, value: value)
      }
    }
  }
}
