package import Attribution
internal import Formats

/// The Journeys stage of one partition: follows every person and emits attributed conversions.
///
/// State is a function of the journeys log from its beginning. `JourneyMachine+Checkpoint` says how
/// it is saved and taken up again.
package struct JourneyMachine: Sendable {
  package let rules: RuleSet
  /// The next offset of the journeys log to apply.
  package internal(set) var nextOffset: Int64
  /// The latest event time seen; never goes back.
  package internal(set) var streamTime: EventTime
  /// Outputs of earlier offsets were committed before the machine was restored: they are not
  /// repeated.
  package let emitsFrom: Int64
  /// Checkpoints are written. Otherwise nobody has to know which journeys have changed.
  let isSaved: Bool
  package internal(set) var counters = JourneyCounters()
  /// The id of a conversion to be explained; the machine's answers do not depend on it.
  package var explainedID: String?
  /// How that conversion came to be as it was last emitted; `nil` as long as it was not.
  package private(set) var explanation: ConversionExplanation?

  var journeys = JourneyTable()
  var profiles = ProfileTable()
  var schedule: ExpirySchedule
  var checkpoint: CheckpointProgress?
  /// Restored journeys that are ahead of `nextOffset`, with the offset they have reached.
  var ahead: [JourneyKey: Int64] = [:]
  /// From this offset on no journey is ahead any more.
  var aheadUntil: Int64 = 0
  private var event = JourneyEvent()

  /// An empty machine at `nextOffset`. One that is not saved must not begin a checkpoint.
  package init(
    rules: RuleSet, nextOffset: Int64 = 0, streamTime: EventTime = .distantPast,
    emitsFrom: Int64 = 0, isSaved: Bool = true
  ) {
    self.rules = rules
    self.nextOffset = nextOffset
    self.streamTime = streamTime
    self.emitsFrom = emitsFrom
    self.isSaved = isSaved
    schedule = ExpirySchedule(retention: rules.retention)
  }

  /// Journeys held.
  package var journeyCount: Int { journeys.count }

  /// Distinct touchpoint profiles held.
  package var profileCount: Int { profiles.count }

  /// Applies the record at `offset`, which must not be before `nextOffset`.
  ///
  /// Returns what is to be emitted, in order; throws if the record is none of ours, after which the
  /// machine has moved past it.
  package mutating func step(
    key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?, offset: Int64
  ) throws(ByteReader.Malformed) -> [AttributedConversion] {
    precondition(offset >= nextOffset, "offset \(offset) after next offset \(nextOffset)")
    nextOffset = offset + 1
    do throws(ByteReader.Malformed) {
      guard let value else { throw ByteReader.Malformed() }
      switch try JourneyLogRecord(value) {
      case .tick(let time):
        streamTime = max(streamTime, time)
        return []
      case .event:
        guard let key else { throw ByteReader.Malformed() }
        try JourneyEventCodec.read(value, into: &event)
        return apply(person: key, offset: offset)
      }
    } catch {
      counters.malformed += 1
      throw error
    }
  }

  private mutating func apply(
    person: UnsafeRawBufferPointer, offset: Int64
  ) -> [AttributedConversion] {
    streamTime = max(streamTime, event.time)
    let key = JourneyKey(person: person)
    if !ahead.isEmpty {
      if let reached = ahead[key], offset < reached { return [] }
      ahead[key] = nil
      if offset >= aheadUntil { ahead = [:] }
    }
    counters.events += 1
    if event.time < streamTime - rules.time.lateAccept { counters.late += 1 }
    let (index, isNew) = journeys.insert(key)
    let update = journeys[index].apply(
      event, rules: rules, streamTime: streamTime, profiles: &profiles)
    count(update)
    if isNew { keepNew(at: index) } else { noteChange(at: index) }
    guard offset >= emitsFrom, !update.emissions.isEmpty else { return [] }
    let name = String(decoding: person, as: UTF8.self)
    if let explainedID { explain(explainedID, update, person: name, at: index) }
    return update.emissions.map { emission in
      AttributedConversion(emission, rules: rules, person: name)
    }
  }

  private mutating func explain(
    _ id: String, _ update: JourneyUpdate, person: String, at index: Int
  ) {
    for emission in update.emissions {
      let rule = rules.conversions[emission.conversion.rule].name
      guard emission.conversion.id(ofRuleNamed: rule) == id else { continue }
      explanation = journeys[index].explanation(
        of: emission, rules: rules, person: person, profiles: &profiles)
    }
  }

  /// A first event that left nothing behind makes no journey.
  private mutating func keepNew(at index: Int) {
    guard let latest = journeys[index].latestTime else { return journeys.remove(at: index) }
    schedule.add(index, after: latest + rules.retention)
    noteChange(at: index)
  }

  private mutating func noteChange(at index: Int) {
    if isSaved { journeys.noteChange(at: index) }
  }

  private mutating func count(_ update: JourneyUpdate) {
    if update.isDuplicate { counters.duplicates += 1 }
    if update.isTooLate { counters.tooLate += 1 }
    counters.repeatedReports += update.repeatedReports
    counters.unknownReports += update.unknownReports
    counters.adjustments += update.adjustments
    counters.touchpointsOverLimit += update.touchpointsOverLimit
    for emission in update.emissions {
      if emission.conversion.revision > 1 {
        counters.revisions += 1
      } else {
        counters.conversions += 1
        if emission.status == .unattributed { counters.unattributed += 1 }
      }
    }
  }

  /// Drops journeys that have become idle, looking at no more than `limit`.
  ///
  /// When a journey goes changes no output: what is past the horizon is left out of every path the
  /// moment stream time has passed it.
  package mutating func expire(limit: Int) {
    for _ in 0..<limit {
      guard let index = schedule.next(at: streamTime) else { return }
      // A journey may be empty already: its last event was too late to stay, but not to clean up.
      if let latest = journeys[index].latestTime, latest >= streamTime - rules.retention {
        schedule.add(index, after: latest + rules.retention)
      } else {
        journeys[index].removeAll(profiles: &profiles)
        journeys.remove(at: index, isSaved: isSaved)
        counters.expiredJourneys += 1
      }
    }
  }
}
