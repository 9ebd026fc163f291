import Attribution
import Formats
import Testing

@Suite struct IdentityCodecTests {
  private static let time = EventTime(milliseconds: 1_772_409_600_000)

  private static let payload: [UInt8] = {
    var event = JourneyEvent()
    event.time = time
    event.eventID = EventID("an event")
    event.conversions = [ConversionReport(rule: "purchase", key: "k")]
    var writer = ByteWriter()
    JourneyEventCodec.write(event, to: &writer)
    return writer.bytes
  }()

  private static let ownership: Ownership = {
    var ownership = Ownership()
    _ = ownership.learn(Ownership.Link(time: time, person: "anna", isLogin: true))
    _ = ownership.learn(Ownership.Link(time: time + .hours(1), person: "bob", isLogin: false))
    _ = ownership.learn(Ownership.Alias(time: time, target: "cleo"))
    _ = ownership.refuse("dora")
    _ = ownership.erase("anna", until: time)
    return ownership
  }()

  private static let revision = EmittedRevision(
    rule: "purchase", id: "purchase:k", time: time, revision: 3, status: .elsewhere)

  private static func held(stops: Int) -> HeldEvent {
    HeldEvent(
      eventID: EventID("an event"), time: time, arrival: time + .seconds(5), isAnonymous: true,
      stops: (0..<stops).map { HeldEvent.Stop(subject: "s\($0)", version: $0) }, payload: payload)
  }

  private static var records: [IdentityRecord] {
    [
      .link(Ownership.Link(time: time, person: "anna", isLogin: false)),
      .alias(Ownership.Alias(time: time, target: "anna")),
      .move(MovingEvents([held(stops: 1), held(stops: 2)], revisions: [revision])),
      .move(MovingEvents([held(stops: 1)], isFresh: true)),
      .refusal(by: "anna", MovingEvents([held(stops: 3)])),
      .ownership(of: "device", ownership), .erasure(until: time),
      .forgetting(of: "anna", until: time),
    ]
  }

  private func bytes(_ record: IdentityRecord) -> [UInt8] {
    var writer = ByteWriter()
    record.write(to: &writer)
    return writer.bytes
  }

  @Test(arguments: records.indices)
  func `a record comes back as it was`(index: Int) throws {
    let written = bytes(Self.records[index])
    let again = try written.withUnsafeBytes { bytes(try IdentityRecord($0)) }
    #expect(again == written)
    let isIdentity = try written.withUnsafeBytes { bytes in
      if case .identity = try JourneyLogRecord(bytes) { return true }
      return false
    }
    #expect(isIdentity)
  }

  @Test func `what a move says comes back`() throws {
    let moving = MovingEvents([Self.held(stops: 2)], revisions: [Self.revision])
    try bytes(.move(moving)).withUnsafeBytes { bytes in
      guard case .move(let read) = try IdentityRecord(bytes) else {
        Issue.record("no move")
        return
      }
      #expect(read == moving)
    }
    try bytes(.ownership(of: "d", Self.ownership)).withUnsafeBytes { bytes in
      guard case .ownership("d", let read) = try IdentityRecord(bytes) else {
        Issue.record("no ownership")
        return
      }
      #expect(read == Self.ownership)
    }
  }

  @Test(arguments: records.indices)
  func `a record that is cut off, or too long, is malformed`(index: Int) {
    let written = bytes(Self.records[index])
    for count in 0..<written.count {
      #expect(throws: ByteReader.Malformed.self, "\(count) of \(written.count)") {
        try written.prefix(count).withUnsafeBytes { _ = try IdentityRecord($0) }
      }
    }
    #expect(throws: ByteReader.Malformed.self) {
      try (written + [0]).withUnsafeBytes { _ = try IdentityRecord($0) }
    }
  }

  @Test func `an event that nobody can read later is not moved`() {
    var event = Self.held(stops: 1)
    event.payload.removeLast()
    let written = bytes(.move(MovingEvents([event])))
    #expect(throws: ByteReader.Malformed.self) {
      try written.withUnsafeBytes { _ = try IdentityRecord($0) }
    }
  }

  @Test func `a large move is several records, with what was emitted ahead`() {
    var event = Self.held(stops: 1)
    event.payload = [UInt8](repeating: 0, count: MovingEvents.bytesPerRecord / 2)
    let moving = MovingEvents(Array(repeating: event, count: 5), revisions: [Self.revision])
    #expect(moving.portions.map(\.events.count) == [2, 2, 1])
    #expect(moving.portions.map(\.revisions.count) == [1, 0, 0])
    #expect(MovingEvents([], revisions: [Self.revision]).portions.count == 1)
  }

  @Test func `held events come back in order, and go when they are old or too many`() {
    var held = HeldEvents()
    Self.payload.withUnsafeBytes {
      held.append(payload: $0, arrival: Self.time, isAnonymous: true)
    }
    for stops in 0..<4 { held.append(Self.held(stops: stops)) }
    #expect(held.count == 5)
    #expect(held.events.map(\.stops.count) == [0, 0, 1, 2, 3])
    #expect(held.events[0].arrival == Self.time)
    #expect(held.events[4] == Self.held(stops: 3))
    var overLimit = held.prune(arrivedBefore: Self.time + .seconds(1), limit: 10)
    #expect(overLimit == 0)
    #expect(held.events.map(\.stops.count) == [0, 1, 2, 3])
    overLimit = held.prune(arrivedBefore: Self.time, limit: 2)
    #expect(overLimit == 2)
    #expect(held.events.map(\.stops.count) == [2, 3])
    held.replace(with: [Self.held(stops: 1)])
    #expect(held.events == [Self.held(stops: 1)])
  }

  @Test func `a stored journey brings its identity along, whole or not at all`() throws {
    let rules = RuleSet(
      fields: FieldTable(), touchpoints: [], conversions: [], channels: DefaultChannels.ga4)
    var state = IdentityState()
    state.ownership = Self.ownership
    state.others["device"] = Self.ownership
    state.bygone[7] = Self.ownership
    state.emitted = [Self.revision]
    state.devices = ["device"]
    state.erasedUntil = Self.time
    state.erasurePassedOn = Self.time + .hours(1)
    state.latestTime = Self.time
    var held = HeldEvents()
    held.append(Self.held(stops: 1))
    held.append(Self.held(stops: 0))
    _ = held.prune(arrivedBefore: Self.time, limit: 1)
    var writer = ByteWriter()
    var profiles = ProfileTable()
    StoredJourneyCodec.write(
      Journey(), held: held, identity: state, nextOffset: 9, rules: rules, profiles: profiles,
      to: &writer)
    let read = try writer.bytes.withUnsafeBytes {
      try StoredJourneyCodec.read($0, rules: rules, profiles: &profiles)
    }
    #expect(read.identity == state)
    #expect(read.held.events == [Self.held(stops: 0)])
    #expect(read.nextOffset == 9)
    for count in 0..<writer.bytes.count {
      #expect(throws: ByteReader.Malformed.self, "\(count) of \(writer.bytes.count)") {
        _ = try writer.bytes.prefix(count).withUnsafeBytes {
          try StoredJourneyCodec.read($0, rules: rules, profiles: &profiles)
        }
      }
    }
  }
}
