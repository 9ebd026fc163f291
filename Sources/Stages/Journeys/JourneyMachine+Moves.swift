internal import Attribution
internal import Formats

// Moves: events that turn out to be somebody else's, and come to whom they belong.
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
  mutating func sendOnWhatHasMoved(_ turn: inout IdentityTurn) {
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
      turn.state.erasedUntil.map { erased in
        journeys[turn.index].began(before: erased)
          || turn.state.emitted.contains { $0.time <= erased }
      } ?? false
    guard staying.count < held.count || hasLeftovers else { return }
    rebuild(at: turn.index, from: staying, insteadOf: held, turn.state)
    leaveFunnels(departures.events + vanishing, at: turn.index, emits: turn.emits)
    followLoss(of: departures.events + vanishing, at: turn.index)
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
  mutating func takeIn(_ moving: MovingEvents, _ turn: inout IdentityTurn) {
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
      followFunnels(at: turn.index, emits: turn.emits, isMoved: true)
      guard !update.isDuplicate else { continue }
      corrected += update.corrected
      journeys[held: turn.index].append(event)
    }
    journeys[turn.index].prune(
      before: streamTime - rules.retention, lookback: rules.longestLookback, profiles: &profiles)
    limitHeld(at: turn.index)
  }

  /// Whether the subject takes in events of `device`.
  mutating func admits(_ device: String, _ turn: inout IdentityTurn) -> Bool {
    if turn.state.devices.contains(device) { return true }
    guard turn.state.devices.count < rules.identity.maximumDevices else {
      counters.devicesOverLimit += 1
      return false
    }
    turn.state.devices.append(device)
    return true
  }

  mutating func takeBack(
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
