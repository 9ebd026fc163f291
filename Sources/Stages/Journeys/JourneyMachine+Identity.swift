internal import Attribution
internal import Formats

// Whom events belong to. Every event is with one subject at a time. Devices and people who have been
// linked know where theirs go; what they learn comes by their own records, and what others have to
// know goes out as records for these. So however records interleave, in the end every event is where
// the links say, and what was emitted about its conversions is there too.
extension JourneyMachine {
  /// Until when stream time may go on before `state` is forgotten.
  func end(of state: IdentityState) -> EventTime {
    let links = max(rules.eventHold, rules.identity.linkRetention)
    return state.latestTime + (state.isLinked ? links : rules.eventHold)
  }

  /// Keeps an event of somebody of whom nothing else is known.
  mutating func hold(
    _ payload: UnsafeRawBufferPointer, isAnonymous: Bool, after update: JourneyUpdate,
    at index: Int
  ) {
    guard !update.isDuplicate, !update.isTooLate || event.reportsSomething else { return }
    journeys[held: index].append(
      payload: payload, arrival: streamTime, isAnonymous: isAnonymous)
    limitHeld(at: index)
    // What was retracted as another's repeat is nowhere in the journey, and may come back.
    guard update.emissions.contains(where: { $0.isOfRepeat }) else { return }
    var state = IdentityState()
    state.take(journeys[index].emittedRevisions(rules: rules))
    _ = journeys[index].follow(
      &state, with: update.emissions.filter(\.isOfRepeat), rules: rules)
    state.latestTime = streamTime
    journeys[identity: index].put(state)
  }

  mutating func limitHeld(at index: Int) {
    counters.heldOverLimit += journeys[held: index].prune(
      arrivedBefore: streamTime - rules.eventHold, limit: rules.identity.eventsHeld)
  }

  /// Takes out what is known of the subject at `index`, as of now.
  private mutating func begin(
    at index: Int, isNew: Bool, person: UnsafeRawBufferPointer, _ offset: Int64
  ) -> IdentityTurn {
    var known = journeys[identity: index].take()
    // Whether it is still there must not depend on when somebody looked for what is idle.
    if let state = known, end(of: state) < streamTime { known = nil }
    var state = known ?? IdentityState()
    if known == nil { state.take(journeys[index].emittedRevisions(rules: rules)) }
    counters.linksOverLimit += state.prune(
      before: streamTime - rules.eventHold, lateness: streamTime - rules.time.lateAccept,
      limit: rules.identity.linksPerDevice)
    return IdentityTurn(
      name: String(decoding: person, as: UTF8.self), index: index, isNew: isNew,
      emits: offset >= emitsFrom, state: state)
  }

  /// Puts back what is known now, and publishes what came of the record.
  private mutating func finish(
    _ turn: IdentityTurn, person: UnsafeRawBufferPointer, _ output: inout OutgoingRecords
  ) -> [AttributedConversion] {
    let index = turn.index
    if !turn.state.isEmpty { journeys[identity: index].put(turn.state) }
    count(turn.emissions)
    if turn.isNew { keepNew(at: index) } else { noteChange(at: index) }
    guard turn.emits else { return [] }
    var writer = ByteWriter()
    for (subject, record) in turn.letters {
      writer.bytes.removeAll(keepingCapacity: true)
      record.write(to: &writer)
      let key = Array(subject.utf8)
      let partition = key.withUnsafeBytes { JourneyKey(person: $0).partition(of: partitions) }
      output.append(to: .journeys, partition: Int32(partition), key: key, value: writer.bytes)
    }
    for id in turn.takenBack {
      facts?.addErasure(ofConversion: id, at: streamTime)
      output.append(to: .conversions, key: Array(id.utf8), value: nil)
    }
    var json = JSONWriter()
    for audit in turn.audits {
      json.removeAll()
      audit.write(to: &json)
      json.bytes.withUnsafeBytes { output.append(to: .audits, key: nil, value: $0) }
    }
    guard !turn.emissions.isEmpty else { return [] }
    return emitted(turn.emissions, person: person, at: index)
  }

  /// Applies an event that has come directly to somebody of whom something is known.
  mutating func applyToKnown(
    at index: Int, isNew: Bool, person: UnsafeRawBufferPointer, payload: UnsafeRawBufferPointer,
    isAnonymous: Bool, _ offset: Int64, _ output: inout OutgoingRecords
  ) -> [AttributedConversion] {
    var turn = begin(at: index, isNew: isNew, person: person, offset)
    var held = HeldEvent(
      eventID: event.eventID, time: event.time, arrival: streamTime, isAnonymous: isAnonymous,
      payload: Array(payload))
    turn.state.latestTime = max(turn.state.latestTime, event.time)
    switch turn.state.decision(about: held, at: turn.name) {
    case .stays(let stops):
      held.stops = stops
      applyNow(held, &turn)
    case .goes(let person, let stops):
      held.stops = stops
      turn.tell(person, .move(MovingEvents([held], isFresh: true)))
      counters.eventsPassedOn += 1
    case .vanishes: counters.eventsOfErased += 1
    }
    return finish(turn, person: person, &output)
  }

  /// Applies the event at hand, which is also `held`, and says what comes of it.
  mutating func applyNow(_ held: HeldEvent, _ turn: inout IdentityTurn) {
    let update = journeys[turn.index].apply(
      event, rules: rules, streamTime: streamTime, profiles: &profiles)
    count(update)
    followFunnels(at: turn.index, emits: turn.emits)
    turn.emissions += journeys[turn.index].follow(
      &turn.state, with: update.emissions, rules: rules)
    guard !update.isDuplicate, !update.isTooLate || event.reportsSomething else { return }
    journeys[held: turn.index].append(held)
    limitHeld(at: turn.index)
  }

  /// Follows a record about identities.
  mutating func take(
    _ record: IdentityRecord, person: UnsafeRawBufferPointer, _ offset: Int64,
    _ output: inout OutgoingRecords
  ) -> [AttributedConversion] {
    let key = JourneyKey(person: person)
    var time = streamTime
    if case .move(let moving) = record { time = moving.events.reduce(time) { max($0, $1.time) } }
    moveOn(to: time, offset)
    if isAhead(key, offset) { return [] }
    let (index, isNew) = journeys.insert(key)
    if !isNew { forgetIfIdle(at: index) }
    var turn = begin(at: index, isNew: isNew, person: person, offset)
    switch record {
    case .anonymousEvent: preconditionFailure("an event is no news about identities")
    case .link(let link): learn(link, &turn)
    case .alias(let alias): learn(alias, &turn)
    case .move(let moving): takeIn(moving, &turn)
    case .refusal(let person, let moving): takeBack(moving, refusedBy: person, &turn)
    case .ownership(let subject, let ownership): learn(ownership, of: subject, &turn)
    case .erasure(let time): erase(until: time, &turn)
    case .forgetting(let person, let time): forget(person, until: time, &turn)
    }
    return finish(turn, person: person, &output)
  }

  private mutating func learn(_ link: Ownership.Link, _ turn: inout IdentityTurn) {
    counters.links += 1
    turn.state.latestTime = max(turn.state.latestTime, link.time)
    guard turn.state.ownership.learn(link) else { return }
    followOwnership(&turn)
  }

  private mutating func learn(_ alias: Ownership.Alias, _ turn: inout IdentityTurn) {
    counters.links += 1
    turn.state.latestTime = max(turn.state.latestTime, alias.time)
    let former = turn.state.ownership.people
    guard turn.state.ownership.learn(alias) else { return }
    followOwnership(toldBefore: former, &turn)
  }

  /// The subject's own events belong to others than before.
  private mutating func followOwnership(
    toldBefore: [String] = [], _ turn: inout IdentityTurn
  ) {
    sendOnWhatHasMoved(&turn)
    turn.tellOwnership(alsoTo: toldBefore)
    // It was erased as somebody of its own; now it turns out whose it was.
    if let erased = turn.state.erasedUntil { passOnErasure(until: erased, &turn) }
  }

  private mutating func learn(
    _ ownership: Ownership, of subject: String, _ turn: inout IdentityTurn
  ) {
    if let erased = turn.state.erasedUntil, ownership.names(turn.name, until: erased) {
      // It answers with what is left; of that something may still be about this one.
      turn.tell(subject, .forgetting(of: turn.name, until: erased))
      guard ownership.remains(of: turn.name, after: erased) else { return }
    }
    let known = turn.state.others[subject]
    guard subject != turn.name, ownership.version > known?.version ?? -1 else { return }
    // Somebody who was erased has no more to do with it.
    let isGone = turn.state.erasedUntil != nil && !ownership.people.contains(turn.name)
    let hash = IdentityState.hash(subject)
    if isGone, !journeys[held: turn.index].events.contains(where: { $0.passed(subject) }) {
      guard ownership.version > turn.state.bygone[hash]?.version ?? -1,
        turn.state.bygone.count < IdentityRules.ownershipsKept
      else { return }
      // Whose it was before says something about somebody.
      turn.state.bygone[hash] = ownership.people.isEmpty ? ownership : nil
      return relay(ownership, of: subject, &turn)
    }
    turn.state.bygone[hash] = nil
    // Its events may still be on their way: what is known now will be needed then.
    if known == nil, turn.state.others.count >= IdentityRules.ownershipsKept {
      counters.linksOverLimit += 1
      return
    }
    turn.state.others[subject] = ownership
    turn.state.latestTime = max(turn.state.latestTime, ownership.latestTime)
    relay(ownership, of: subject, &turn)
    sendOnWhatHasMoved(&turn)
  }

  /// Tells those whom events of `subject` may have gone on to from here.
  private func relay(_ ownership: Ownership, of subject: String, _ turn: inout IdentityTurn) {
    for person in turn.state.ownership.people where person != subject {
      turn.tell(person, .ownership(of: subject, ownership))
    }
  }
}

extension JourneyUpdate.Emission {
  /// A retraction of what turned out to be another conversion's repeat.
  fileprivate var isOfRepeat: Bool { status == .retracted && conversion.key == nil }
}
