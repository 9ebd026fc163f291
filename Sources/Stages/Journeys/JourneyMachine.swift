package import Attribution
internal import Formats
internal import Insights

/// The Journeys stage of one partition: follows every person and emits attributed conversions.
///
/// State is a function of the journeys log from its beginning. `JourneyMachine+Checkpoint` says how
/// it is saved and taken up again.
package struct JourneyMachine: Sendable {
  /// With the weights of models that have come by the log.
  package internal(set) var rules: RuleSet
  /// The next offset of the journeys log to apply.
  package internal(set) var nextOffset: Int64
  /// The latest event time seen; never goes back.
  package internal(set) var streamTime: EventTime
  /// Outputs of earlier offsets were committed before the machine was restored: they are not
  /// repeated.
  package let emitsFrom: Int64
  /// Checkpoints are written. Otherwise nobody has to know which journeys have changed.
  let isSaved: Bool
  /// How often this machine has erased something of somebody: what the local copy has to follow.
  package internal(set) var forgettingCount = 0
  package internal(set) var counters = JourneyCounters()
  /// The id of a conversion to be explained; the machine's answers do not depend on it.
  package var explainedID: String?
  /// How that conversion came to be as it was last emitted; `nil` as long as it was not.
  package internal(set) var explanation: ConversionExplanation?

  var journeys = JourneyTable()
  var profiles = ProfileTable()
  var schedule: ExpirySchedule
  /// Rules of which Insights has to know who left, and when to look who has.
  let learnedRules: [LearnedRule]
  var departures = DepartureSchedule()
  /// Reports say when people came first.
  let followsCohorts: Bool
  /// The last weights of each rule that came.
  var weights = LearnedWeights()
  var checkpoint: CheckpointProgress?
  /// Restored journeys that are ahead of `nextOffset`, with the offset they have reached.
  var ahead: [JourneyKey: Int64] = [:]
  /// From this offset on no journey is ahead any more.
  var aheadUntil: Int64 = 0
  /// Partitions of the journeys log: where those are who events move to.
  let partitions: Int
  /// What is watched and reported; `nil` if nothing is.
  let insights: InsightsPlan?
  /// What Insights is to be told; `nil` if nothing.
  var facts: FactLog?
  var event = JourneyEvent()
  /// Conversions that the events of a move have corrected.
  var corrected: [CorrectedConversion] = []

  /// An empty machine at `nextOffset` of the partition `partition`. One that is not saved must not begin a checkpoint.
  package init(
    rules: RuleSet, partitions: Int = 1, nextOffset: Int64 = 0,
    streamTime: EventTime = .distantPast, emitsFrom: Int64 = 0, isSaved: Bool = true,
    insights: InsightsPlan? = nil, partition: Int32 = 0, insightsPartitions: Int = 1
  ) {
    self.rules = rules
    self.partitions = partitions
    self.nextOffset = nextOffset
    self.streamTime = streamTime
    self.emitsFrom = emitsFrom
    self.isSaved = isSaved
    self.insights = insights
    facts = insights.map { FactLog($0, source: partition, partitions: insightsPartitions) }
    learnedRules = LearnedRule.all(in: insights, rules)
    followsCohorts = insights?.reports.contains(where: \.isReported) ?? false
    schedule = ExpirySchedule(retention: rules.retention)
  }

  /// Somebody waits for time to pass: journeys that are to become idle, or Insights, for which
  /// nothing happening is news.
  package var awaitsTime: Bool {
    journeyCount > 0 || (insights != nil && streamTime != .distantPast)
  }

  /// Journeys held.
  package var journeyCount: Int { journeys.count }

  /// Memory that they take, nearly: most of it is found by looking at some of them.
  package var journeyBytes: Int { journeys.byteCount + profiles.byteCount }

  /// Distinct touchpoint profiles held.
  package var profileCount: Int { profiles.count }

  /// Applies the record at `offset`, which must not be before `nextOffset`.
  ///
  /// Returns what is to be emitted, in order, and appends to `output` whatever else there is to be
  /// published: what goes back to the journeys log, and what takes back what was emitted. Throws if
  /// the record is none of ours, after which the machine has moved past it.
  package mutating func step(
    key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?, offset: Int64,
    output: inout OutgoingRecords
  ) throws(ByteReader.Malformed) -> [AttributedConversion] {
    precondition(offset >= nextOffset, "offset \(offset) after next offset \(nextOffset)")
    nextOffset = offset + 1
    do throws(ByteReader.Malformed) {
      guard let value else { throw ByteReader.Malformed() }
      let record = try JourneyLogRecord(value)
      if case .tick(let time) = record {
        moveOn(to: time, offset)
        return []
      }
      if case .weights(let rule, let weights) = record {
        use(weights, ofRuleNamed: rule)
        return []
      }
      guard let key else { throw ByteReader.Malformed() }
      guard case .identity = record else {
        try JourneyEventCodec.read(value, into: &event)
        return apply(person: key, payload: value, isAnonymous: false, offset, &output)
      }
      let identity = try IdentityRecord(value)
      guard case .anonymousEvent(let payload) = identity else {
        return take(identity, person: key, offset, &output)
      }
      try JourneyEventCodec.read(payload, into: &event)
      return apply(person: key, payload: payload, isAnonymous: true, offset, &output)
    } catch {
      counters.malformed += 1
      throw error
    }
  }

  private mutating func apply(
    person: UnsafeRawBufferPointer, payload: UnsafeRawBufferPointer, isAnonymous: Bool,
    _ offset: Int64, _ output: inout OutgoingRecords
  ) -> [AttributedConversion] {
    moveOn(to: event.time, offset)
    let key = JourneyKey(person: person)
    if isAhead(key, offset) { return [] }
    counters.events += 1
    if event.time < streamTime - rules.time.lateAccept { counters.late += 1 }
    let (index, isNew) = journeys.insert(key)
    if !isNew { forgetIfIdle(at: index) }
    if journeys[identity: index].isPresent {
      return applyToKnown(
        at: index, isNew: isNew, person: person, payload: payload, isAnonymous: isAnonymous, offset,
        &output)
    }
    let update = journeys[index].apply(
      event, rules: rules, streamTime: streamTime, profiles: &profiles)
    count(update)
    count(update.emissions)
    followFunnels(at: index, emits: offset >= emitsFrom)
    if rules.holdsEvents {
      hold(payload, isAnonymous: isAnonymous, after: update, at: index)
    }
    if isNew { keepNew(at: index) } else { noteChange(at: index) }
    guard offset >= emitsFrom, !update.emissions.isEmpty else { return [] }
    return emitted(update.emissions, person: person, at: index)
  }

  /// Whether a restored journey has applied the record at `offset` already.
  mutating func isAhead(_ key: JourneyKey, _ offset: Int64) -> Bool {
    guard !ahead.isEmpty else { return false }
    if let reached = ahead[key], offset < reached { return true }
    ahead[key] = nil
    if offset >= aheadUntil { ahead = [:] }
    return false
  }

  /// Credits what is to be emitted about the journey at `index`.
  mutating func emitted(
    _ emissions: [JourneyUpdate.Emission], person: UnsafeRawBufferPointer, at index: Int
  ) -> [AttributedConversion] {
    let name = String(decoding: person, as: UTF8.self)
    if let explainedID { explain(explainedID, emissions, person: name, at: index) }
    let conversions = emissions.map { emission in
      AttributedConversion(emission, rules: rules, person: name)
    }
    if facts != nil {
      let acquired = journeys.acquired(at: index)
      for (conversion, emission) in zip(conversions, emissions) {
        let isFirst = !journeys[index].conversions.contains { other in
          other.rule == emission.conversion.rule && other.precedes(emission.conversion)
        }
        facts?.add(conversion, acquired: acquired, isFirst: isFirst)
      }
    }
    return conversions
  }

  private mutating func explain(
    _ id: String, _ emissions: [JourneyUpdate.Emission], person: String, at index: Int
  ) {
    for emission in emissions {
      let rule = rules.conversions[emission.conversion.rule].name
      guard emission.conversion.id(ofRuleNamed: rule) == id else { continue }
      explanation = journeys[index].explanation(
        of: emission, rules: rules, person: person, profiles: &profiles)
    }
  }

  /// A first event that left nothing behind makes no journey.
  mutating func keepNew(at index: Int) {
    guard let end = end(of: index) else { return remove(at: index) }
    schedule.add(index, after: end)
    noteChange(at: index)
  }

  mutating func noteChange(at index: Int) {
    awaitDeparture(at: index)
    followAcquisition(at: index)
    if isSaved { journeys.noteChange(at: index) }
  }

  mutating func count(_ update: JourneyUpdate) {
    if update.isDuplicate { counters.duplicates += 1 }
    if nextOffset > emitsFrom { facts?.add(.duplicates, isBad: update.isDuplicate) }
    if update.isTooLate { counters.tooLate += 1 }
    counters.repeatedReports += update.repeatedReports
    counters.unknownReports += update.unknownReports
    counters.adjustments += update.adjustments
    counters.touchpointsOverLimit += update.touchpointsOverLimit
  }

  mutating func count(_ emissions: [JourneyUpdate.Emission]) {
    for emission in emissions {
      if emission.conversion.revision > 1 {
        counters.revisions += 1
      } else {
        counters.conversions += 1
        if emission.status == .unattributed { counters.unattributed += 1 }
      }
    }
  }

  /// How long stream time may become before nothing of the journey at `index` is needed any more;
  /// `nil` if nothing is now.
  func end(of index: Int) -> EventTime? {
    let journey = journeys[index].latestTime.map { $0 + rules.retention }
    let funnels = insights == nil ? nil : PackedFunnels.end(of: journeys.funnels(at: index))
    let own = funnels.map { max(journey ?? $0, $0) } ?? journey
    guard let identity = journeys[identity: index].value else { return own }
    return max(own ?? .distantPast, end(of: identity))
  }

  /// Drops journeys that have become idle, looking at no more than `limit`.
  ///
  /// When a journey goes changes no output: what is past the horizon is left out of every path the
  /// moment stream time has passed it.
  package mutating func expire(limit: Int) {
    for _ in 0..<limit {
      guard let index = schedule.next(at: streamTime) else { return }
      // A journey may be empty already: its last event was too late to stay, but not to clean up.
      if let end = end(of: index), end >= streamTime {
        schedule.add(index, after: end)
      } else {
        journeys[index].removeAll(profiles: &profiles)
        remove(at: index, isSaved: isSaved)
        counters.expiredJourneys += 1
      }
    }
  }
}
