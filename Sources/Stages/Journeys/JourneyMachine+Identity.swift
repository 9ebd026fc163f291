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

  private mutating func limitHeld(at index: Int) {
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
    for id in turn.takenBack { output.append(to: .conversions, key: Array(id.utf8), value: nil) }
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
  private mutating func applyNow(_ held: HeldEvent, _ turn: inout IdentityTurn) {
    let update = journeys[turn.index].apply(
      event, rules: rules, streamTime: streamTime, profiles: &profiles)
    count(update)
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
    if case .move(let moving) = record {
      streamTime = moving.events.reduce(streamTime) { max($0, $1.time) }
    }
    if isAhead(key, offset) { return [] }
    let (index, isNew) = journeys.insert(key)
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
      turn.state.bygone[hash] = ownership
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

// Moves.
extension JourneyMachine {
  /// Events that leave, by where they go.
  private struct Departures {
    private(set) var groups: [(to: String, events: [HeldEvent])] = []

    var events: [HeldEvent] { groups.flatMap(\.events) }

    mutating func add(_ event: HeldEvent, to subject: String) {
      if let index = groups.firstIndex(where: { $0.to == subject }) {
        groups[index].events.append(event)
      } else {
        groups.append((subject, [event]))
      }
    }
  }

  /// Looks at every event held here again, and sends on what belongs to somebody else now.
  private mutating func sendOnWhatHasMoved(_ turn: inout IdentityTurn) {
    let held = journeys[held: turn.index].events
    var staying: [HeldEvent] = []
    var departures = Departures()
    var vanishing: [HeldEvent] = []
    for var event in held {
      switch turn.state.decision(about: event, at: turn.name) {
      case .stays(let stops):
        event.stops = stops
        staying.append(event)
      case .goes(let subject, let stops):
        event.stops = stops
        departures.add(event, to: subject)
      case .vanishes: vanishing.append(event)
      }
    }
    let hasLeftovers =
      turn.state.erasedUntil.map { journeys[turn.index].began(before: $0) } ?? false
    guard staying.count < held.count || hasLeftovers else { return }
    rebuild(at: turn.index, from: staying, insteadOf: held, turn.state)
    vanish(vanishing, &turn)
    depart(departures, &turn)
    counters.eventsMoved += departures.events.count
    reconcile(&turn)
  }

  /// Says what has become different by events that have come or gone.
  private mutating func reconcile(
    _ turn: inout IdentityTurn, corrected: [CorrectedConversion] = []
  ) {
    turn.emissions += journeys[turn.index].reconcile(
      with: &turn.state, corrected: corrected, rules: rules,
      revisable: streamTime - rules.time.lateAccept, profiles: &profiles)
  }

  /// Puts the journey together again from the events that stay.
  private mutating func rebuild(
    at index: Int, from staying: [HeldEvent], insteadOf held: [HeldEvent], _ state: IdentityState
  ) {
    var journey = Journey()
    for event in staying.sorted(by: { $0.precedes($1) }) {
      read(event)
      _ = journey.apply(
        self.event, rules: rules, streamTime: event.arrival, isSilent: true, profiles: &profiles)
    }
    // What is not held cannot move: it stays where it is, unless it is to be erased.
    var old = journeys[index]
    journey.keep(
      from: old, unless: Set(held.map(\.eventID)), after: state.erasedUntil, rules: rules,
      profiles: &profiles)
    journey.prune(
      before: streamTime - rules.retention, lookback: rules.longestLookback, profiles: &profiles)
    journey.takeEmissions(of: old, rules: rules)
    old.removeAll(profiles: &profiles)
    journeys[index] = journey
    journeys[held: index].replace(with: staying)
  }

  /// Reads a held event into the one at hand.
  private mutating func read(_ held: HeldEvent) {
    held.payload.withUnsafeBytes { payload in
      do throws(ByteReader.Malformed) {
        try JourneyEventCodec.read(payload, into: &event)
      } catch {
        preconditionFailure("held event \(held.eventID) cannot be read")
      }
    }
  }

  /// What was emitted about the conversions that `events` report, and that are not here any more.
  private mutating func release(
    _ events: [HeldEvent], _ turn: inout IdentityTurn
  ) -> [EmittedRevision] {
    guard !turn.state.emitted.isEmpty else { return [] }
    var ids = conversions(of: events)
    guard !ids.isEmpty else { return [] }
    ids.subtract(journeys[turn.index].conversionIDs(rules: rules))
    return turn.state.release(ids)
  }

  /// Ids of the conversions that `events` report.
  private mutating func conversions(of events: [HeldEvent]) -> Set<String> {
    var ids: Set<String> = []
    for event in events {
      read(event)
      for report in self.event.conversions { ids.insert(report.id(of: event.eventID)) }
    }
    return ids
  }

  private mutating func depart(_ departures: Departures, _ turn: inout IdentityTurn) {
    for (subject, events) in departures.groups {
      let moving = MovingEvents(events, revisions: release(events, &turn))
      for portion in moving.portions { turn.tell(subject, .move(portion)) }
    }
  }

  /// Takes back what was emitted about the conversions of `events`, which are gone.
  private mutating func vanish(_ events: [HeldEvent], _ turn: inout IdentityTurn) {
    counters.eventsOfErased += events.count
    var ids = conversions(of: events)
    if let erased = turn.state.erasedUntil {
      ids.formUnion(turn.state.emitted.lazy.filter { $0.time <= erased }.map(\.id))
    }
    guard !ids.isEmpty else { return }
    ids.subtract(journeys[turn.index].conversionIDs(rules: rules))
    turn.takenBack += turn.state.forget(ids)
  }

  /// Takes in events that belong to the subject, as far as their sender knew.
  private mutating func takeIn(_ moving: MovingEvents, _ turn: inout IdentityTurn) {
    turn.state.take(moving.revisions)
    journeys[turn.index].contest(moving.revisions, rules: rules)
    var accepted: [HeldEvent] = []
    var departures = Departures()
    var refused = Departures()
    var vanishing: [HeldEvent] = []
    for var event in moving.events {
      turn.state.latestTime = max(turn.state.latestTime, event.time)
      switch turn.state.decision(about: event, at: turn.name) {
      case .stays(let stops):
        event.stops = stops
        if let device = event.device, !admits(device, &turn) {
          refused.add(event, to: device)
        } else {
          accepted.append(event)
        }
      case .goes(let subject, let stops):
        event.stops = stops
        departures.add(event, to: subject)
      case .vanishes: vanishing.append(event)
      }
    }
    accept(accepted, isFresh: moving.isFresh, &turn)
    vanish(vanishing, &turn)
    depart(departures, &turn)
    for (device, events) in refused.groups {
      // The device knows only whom it has been linked with itself.
      let person = events[0].stops.dropFirst().first?.subject ?? turn.name
      let moving = MovingEvents(events, revisions: release(events, &turn))
      for portion in moving.portions { turn.tell(device, .refusal(by: person, portion)) }
    }
    if !moving.isFresh { reconcile(&turn, corrected: corrected) }
    corrected = []
  }

  private mutating func accept(
    _ events: [HeldEvent], isFresh: Bool, _ turn: inout IdentityTurn
  ) {
    guard !isFresh else {
      for var event in events {
        event.arrival = streamTime
        read(event)
        applyNow(event, &turn)
      }
      return
    }
    var known = Set(journeys[held: turn.index].events.map(\.eventID))
    for event in events where known.insert(event.eventID).inserted {
      read(event)
      let update = journeys[turn.index].apply(
        self.event, rules: rules, streamTime: event.arrival, isSilent: true, profiles: &profiles)
      guard !update.isDuplicate else { continue }
      corrected += update.corrected
      journeys[held: turn.index].append(event)
    }
    journeys[turn.index].prune(
      before: streamTime - rules.retention, lookback: rules.longestLookback, profiles: &profiles)
    limitHeld(at: turn.index)
  }

  /// Whether the subject takes in events of `device`.
  private mutating func admits(_ device: String, _ turn: inout IdentityTurn) -> Bool {
    if turn.state.devices.contains(device) { return true }
    guard turn.state.devices.count < rules.identity.maximumDevices else {
      counters.devicesOverLimit += 1
      return false
    }
    turn.state.devices.append(device)
    return true
  }

  private mutating func takeBack(
    _ moving: MovingEvents, refusedBy person: String, _ turn: inout IdentityTurn
  ) {
    let isNews = turn.state.ownership.refuse(person)
    var moving = moving
    for index in moving.events.indices { moving.events[index].stops = [] }
    takeIn(moving, &turn)
    guard isNews else { return }
    sendOnWhatHasMoved(&turn)
    turn.tellOwnership()
  }
}

// Erasure.
extension JourneyMachine {
  /// Forgets whatever the subject, and whoever else it is, did until `time`.
  private mutating func erase(until time: EventTime, _ turn: inout IdentityTurn) {
    turn.state.latestTime = max(turn.state.latestTime, time)
    passOnErasure(until: time, &turn)
    // What a device does belongs to its person, and so does its wish: it may have been others', too.
    if turn.state.ownership.owner(at: time)?.person == nil { eraseSelf(until: time, &turn) }
  }

  private mutating func passOnErasure(until time: EventTime, _ turn: inout IdentityTurn) {
    if let passed = turn.state.erasurePassedOn, passed >= time { return }
    var targets: [String] = []
    if let person = turn.state.ownership.owner(at: time)?.person { targets.append(person) }
    if let alias = turn.state.ownership.alias { targets.append(alias.target) }
    guard !targets.isEmpty else { return }
    turn.state.erasurePassedOn = time
    for target in targets { turn.tell(target, .erasure(until: time)) }
  }

  private mutating func eraseSelf(until time: EventTime, _ turn: inout IdentityTurn) {
    if let erased = turn.state.erasedUntil, erased >= time { return }
    turn.state.erasedUntil = time
    let before = journeys[held: turn.index].count
    let linked = turn.state.others.keys.filter {
      turn.state.others[$0]?.names(turn.name, until: time) ?? false
    }
    let known = Set(linked + turn.state.devices).sorted()
    for subject in known { turn.tell(subject, .forgetting(of: turn.name, until: time)) }
    turn.state.devices = []
    let takenBack = turn.takenBack.count
    sendOnWhatHasMoved(&turn)
    let passedThrough = journeys[held: turn.index].events
    turn.state.others = turn.state.others.filter { subject, ownership in
      !ownership.names(turn.name, until: time) || ownership.remains(of: turn.name, after: time)
        || passedThrough.contains { $0.passed(subject) }
    }
    counters.erasures += 1
    turn.audits.append(
      ErasureAudit(
        erasedUntil: time, events: before - journeys[held: turn.index].count,
        conversions: turn.takenBack.count - takenBack, links: known.count))
  }

  /// `person`, with whom the subject was linked, was erased.
  private mutating func forget(
    _ person: String, until time: EventTime, _ turn: inout IdentityTurn
  ) {
    let former = turn.state.ownership.people
    let alias = turn.state.ownership.alias
    turn.state.others[person] = nil
    let isKnown = turn.state.ownership.erase(person, until: time)
    // It is another name of the same person.
    if alias?.target == person { eraseSelf(until: time, &turn) }
    guard isKnown else { return }
    sendOnWhatHasMoved(&turn)
    turn.tellOwnership(alsoTo: former)
  }
}
