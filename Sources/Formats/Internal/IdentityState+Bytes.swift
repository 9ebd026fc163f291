internal import Attribution

// The parts of what is known about an identity, in the journeys log and in checkpoints.
extension ByteWriter {
  mutating func write(_ link: Ownership.Link) {
    write(byte: (link.isLogin ? 1 : 0) | (link.person == nil ? 2 : 0))
    write(signed: link.time.milliseconds)
    if let person = link.person {
      write(text: person)
    } else {
      write(signed: (link.erasedUntil ?? link.time).milliseconds)
    }
  }

  mutating func write(_ alias: Ownership.Alias) {
    write(signed: alias.time.milliseconds)
    write(text: alias.target)
  }

  mutating func write(_ ownership: Ownership) {
    write(varint: UInt64(ownership.version))
    write(varint: UInt64(ownership.links.count))
    for link in ownership.links { write(link) }
    write(byte: ownership.alias == nil ? 0 : 1)
    if let alias = ownership.alias { write(alias) }
    write(varint: UInt64(ownership.refused.count))
    for person in ownership.refused { write(text: person) }
  }

  mutating func write(_ stops: [HeldEvent.Stop]) {
    write(varint: UInt64(stops.count))
    for stop in stops {
      write(text: stop.subject)
      write(varint: UInt64(stop.version))
    }
  }

  mutating func write(_ moving: MovingEvents) {
    write(byte: moving.isFresh ? 1 : 0)
    write(varint: UInt64(moving.events.count))
    for event in moving.events {
      write(byte: event.isAnonymous ? 1 : 0)
      write(event.stops)
      write(signed: event.arrival.milliseconds)
      event.payload.withUnsafeBytes { write(counted: $0) }
    }
    write(moving.revisions)
  }

  mutating func write(_ revisions: [EmittedRevision]) {
    write(varint: UInt64(revisions.count))
    for revision in revisions {
      write(text: revision.rule)
      write(text: revision.id)
      write(signed: revision.time.milliseconds)
      write(varint: UInt64(revision.revision))
      write(byte: revision.status.rawValue)
    }
  }

  mutating func write(_ state: IdentityState) {
    write(state.ownership)
    write(varint: UInt64(state.others.count))
    for (subject, ownership) in state.others.sorted(by: { $0.key < $1.key }) {
      write(text: subject)
      write(ownership)
    }
    write(varint: UInt64(state.bygone.count))
    for (subject, ownership) in state.bygone.sorted(by: { $0.key < $1.key }) {
      write(fixed: subject)
      write(ownership)
    }
    write(state.emitted)
    write(varint: UInt64(state.devices.count))
    for device in state.devices { write(text: device) }
    write(byte: state.erasedUntil == nil ? 0 : 1)
    if let time = state.erasedUntil { write(signed: time.milliseconds) }
    write(byte: state.erasurePassedOn == nil ? 0 : 1)
    if let time = state.erasurePassedOn { write(signed: time.milliseconds) }
    write(signed: state.latestTime.milliseconds)
  }
}

extension ByteReader {
  mutating func readFlag() throws(Malformed) -> Bool {
    let flag = try readByte()
    guard flag <= 1 else { throw Malformed() }
    return flag == 1
  }

  private mutating func readNumber() throws(Malformed) -> Int {
    guard let number = Int(exactly: try readVarint()) else { throw Malformed() }
    return number
  }

  /// A time that may be before every event.
  private mutating func readAnyTime() throws(Malformed) -> EventTime {
    let time = EventTime(milliseconds: try readSigned())
    guard time == .distantPast || time.isWritable else { throw Malformed() }
    return time
  }

  mutating func readLink() throws(Malformed) -> Ownership.Link {
    let flags = try readByte()
    guard flags <= 3 else { throw Malformed() }
    let isLogin = flags & 1 != 0
    let time = try readTime()
    if flags & 2 != 0 {
      return Ownership.Link(time: time, erasedUntil: try readTime(), isLogin: isLogin)
    }
    return Ownership.Link(time: time, person: try readText(), isLogin: isLogin)
  }

  mutating func readAlias() throws(Malformed) -> Ownership.Alias {
    Ownership.Alias(time: try readTime(), target: try readText())
  }

  mutating func readOwnership() throws(Malformed) -> Ownership {
    var ownership = Ownership()
    ownership.version = try readNumber()
    for _ in 0..<(try readCount()) { ownership.links.append(try readLink()) }
    if try readFlag() { ownership.alias = try readAlias() }
    for _ in 0..<(try readCount()) { ownership.refused.append(try readText()) }
    return ownership
  }

  mutating func readStops() throws(Malformed) -> [HeldEvent.Stop] {
    var stops: [HeldEvent.Stop] = []
    for _ in 0..<(try readCount()) {
      stops.append(HeldEvent.Stop(subject: try readText(), version: try readNumber()))
    }
    return stops
  }

  mutating func readMovingEvents() throws(Malformed) -> MovingEvents {
    let isFresh = try readFlag()
    var events: [HeldEvent] = []
    var decoded = JourneyEvent()
    for _ in 0..<(try readCount()) {
      let isAnonymous = try readFlag()
      let stops = try readStops()
      let arrival = try readTime()
      let payload = try readCounted()
      // What is held must be readable whenever it is needed.
      try JourneyEventCodec.read(payload, into: &decoded)
      events.append(
        HeldEvent(
          eventID: decoded.eventID, time: decoded.time, arrival: arrival,
          isAnonymous: isAnonymous, stops: stops, payload: Array(payload)))
    }
    return MovingEvents(events, revisions: try readEmitted(), isFresh: isFresh)
  }

  mutating func readEmitted() throws(Malformed) -> [EmittedRevision] {
    var revisions: [EmittedRevision] = []
    for _ in 0..<(try readCount()) {
      let (rule, id, time) = (try readText(), try readText(), try readTime())
      let revision = try readNumber()
      guard let status = EmittedRevision.Status(rawValue: try readByte()) else { throw Malformed() }
      revisions.append(
        EmittedRevision(rule: rule, id: id, time: time, revision: revision, status: status))
    }
    return revisions
  }

  mutating func readIdentityState() throws(Malformed) -> IdentityState {
    var state = IdentityState()
    state.ownership = try readOwnership()
    for _ in 0..<(try readCount()) {
      let subject = try readText()
      state.others[subject] = try readOwnership()
    }
    for _ in 0..<(try readCount()) {
      let subject: UInt64 = try readFixed()
      state.bygone[subject] = try readOwnership()
    }
    state.emitted = try readEmitted()
    for _ in 0..<(try readCount()) { state.devices.append(try readText()) }
    if try readFlag() { state.erasedUntil = try readTime() }
    if try readFlag() { state.erasurePassedOn = try readTime() }
    state.latestTime = try readAnyTime()
    return state
  }
}
