import Attribution
import Testing

@testable import Formats

/// Everything that can be in a journey, in journeys events and in checkpoints, and their bytes.
enum InternalFixtures {
  static func block(_ channel: String) -> [UInt8] {
    var profile = TouchpointProfile()
    profile.rule = "visit"
    profile.channel = channel
    profile.campaign = "Frühling"
    var writer = ByteWriter()
    PackedProfile.write(profile, to: &writer)
    return writer.bytes
  }

  static let time = EventTime(milliseconds: 1_772_700_754_000)

  static var events: [JourneyEvent] {
    var plain = JourneyEvent()
    plain.time = time
    plain.eventID = EventID("d16ac635-6d43-4ba0-b25a-b988f773fbd7")
    var starting = plain
    starting.eventID = EventID("not a uuid")
    starting.session = .activity
    starting.profileIfStarting = block("Direct")
    starting.click = ClickID(name: "gclid", value: "Cj0KCQ")
    var either = plain
    either.session = .tracked(.max)
    either.profile = block("Email")
    either.profileIfStarting = block("Direct")
    var ending = plain
    ending.time = EventTime.earliest
    ending.session = .tracked(0)
    ending.profile = block("Email")
    var sale = plain
    sale.time = EventTime.latest
    sale.profile = block("Email")
    sale.profileIfStarting = sale.profile
    sale.conversions = [
      ConversionReport(
        rule: "purchase", key: "ord-1", value: Amount(units: .min, scale: 9), currency: "EUR"),
      ConversionReport(rule: "signup"), ConversionReport(rule: "x", key: "", currency: ""),
    ]
    var refund = plain
    refund.adjustments = [
      AdjustmentReport(
        rule: "purchase", key: "ord-1", change: .subtract(Amount(units: 250, scale: 2))),
      AdjustmentReport(rule: "x", key: "", change: .set(Amount(units: .min, scale: 0))),
      AdjustmentReport(rule: "purchase", key: "ord-2", change: .cancel),
    ]
    refund.conversions = [ConversionReport(rule: "purchase", key: "ord-1", rank: 300)]
    var step = plain
    step.signs = [
      FunnelSign(funnel: "checkout", steps: .max, segments: ["iOS", ""]),
      FunnelSign(funnel: "", isExcluding: true),
    ]
    step.adjustments = refund.adjustments
    return [plain, starting, either, ending, sale, refund, step]
  }

  static var rules: RuleSet {
    get throws {
      let rule = try EventRule(.always)
      var rules = RuleSet(
        fields: FieldTable(), touchpoints: [],
        conversions: ["purchase", "signup", "x"].map {
          ConversionRule(
            name: $0, when: rule, deduplicateWithin: .hours(1), models: [LinearModel()])
        }, channels: [])
      rules.conversions[0].prefer = ["crm"]
      return rules
    }
  }

  /// A journey that every kind of event has been through.
  static func journey(
    _ rules: RuleSet, _ profiles: inout ProfileTable
  ) -> Journey {
    var journey = Journey()
    var streamTime = time
    for (number, template) in events.enumerated() {
      for repeated in 0..<3 {
        var event = template
        event.time = time + .minutes(Int64(number * 50 - repeated * 20))
        if repeated > 0 { event.eventID = EventID("e\(number)-\(repeated)") }
        streamTime = max(streamTime, event.time)
        _ = journey.apply(event, rules: rules, streamTime: streamTime, profiles: &profiles)
      }
    }
    return journey
  }
}

extension JourneyEvent {
  var bytes: [UInt8] {
    var writer = ByteWriter()
    JourneyEventCodec.write(self, to: &writer)
    return writer.bytes
  }

  init(_ bytes: [UInt8]) throws {
    // Whatever was there before does not show through.
    var event = InternalFixtures.events[4]
    try bytes.withUnsafeBytes { try JourneyEventCodec.read($0, into: &event) }
    self = event
  }
}

@Suite struct JourneyEventCodecTests {
  @Test(arguments: InternalFixtures.events.indices)
  func `an event comes back as it was`(index: Int) throws {
    let event = InternalFixtures.events[index]
    let back = try JourneyEvent(event.bytes)
    #expect(back.time == event.time)
    #expect(back.eventID == event.eventID)
    #expect(back.session == event.session)
    #expect(back.profile == event.profile)
    #expect(back.profileIfStarting == event.profileIfStarting)
    #expect(back.click == event.click)
    #expect(back.conversions == event.conversions)
    #expect(back.adjustments == event.adjustments)
    #expect(back.signs == event.signs)
    #expect(back.bytes == event.bytes)
  }

  @Test func `an event without anything takes twenty-five bytes`() {
    #expect(InternalFixtures.events[0].bytes.count == 25)
  }

  @Test(arguments: InternalFixtures.events.indices)
  func `an event cut anywhere, or with something after it, is malformed`(index: Int) {
    let bytes = InternalFixtures.events[index].bytes
    for count in bytes.indices {
      #expect(throws: ByteReader.Malformed.self) { try JourneyEvent(Array(bytes[..<count])) }
    }
    #expect(throws: ByteReader.Malformed.self) { try JourneyEvent(bytes + [0]) }
  }

  @Test(arguments: [0, 2, 4, 0x7f, 0xff] as [UInt8])
  func `another version is malformed`(version: UInt8) {
    var bytes = InternalFixtures.events[0].bytes
    bytes[0] = version
    #expect(throws: ByteReader.Malformed.self) { try JourneyEvent(bytes) }
  }

  @Test func `an event of the version before is read`() throws {
    var event = InternalFixtures.events[0]
    event.conversions = [ConversionReport(rule: "signup", key: "k", currency: "EUR")]
    // It ended without the rank.
    let back = try JourneyEvent([1] + event.bytes.dropFirst().dropLast())
    #expect(back.conversions == event.conversions)
    #expect(back.bytes == event.bytes)
  }

  @Test(arguments: InternalFixtures.events.indices)
  func `an event with one byte changed is malformed or an event that can be applied`(
    index: Int
  ) throws {
    let rules = try InternalFixtures.rules
    let bytes = InternalFixtures.events[index].bytes
    var read = 0
    for position in bytes.indices {
      for value in [0, 1, 2, 0x10, 0x20, 0x7f, 0x80, 0xfe, 0xff] as [UInt8] {
        var changed = bytes
        changed[position] = value
        do {
          let event = try JourneyEvent(changed)
          read += 1
          var profiles = ProfileTable()
          var journey = Journey()
          for streamTime in [event.time, .latest] {
            _ = journey.apply(event, rules: rules, streamTime: streamTime, profiles: &profiles)
          }
          journey.removeAll(profiles: &profiles)
          #expect(profiles.count == 0)
        } catch is ByteReader.Malformed {
          continue
        }
      }
    }
    #expect(read > 0)
  }
}

@Suite struct StoredJourneyCodecTests {
  private func bytes(_ journey: Journey, _ rules: RuleSet, _ profiles: ProfileTable) -> [UInt8] {
    var writer = ByteWriter()
    StoredJourneyCodec.write(
      journey, nextOffset: 1 << 40, rules: rules, profiles: profiles, to: &writer)
    return writer.bytes
  }

  private func read(
    _ bytes: [UInt8], _ rules: RuleSet, _ profiles: inout ProfileTable
  ) throws -> Journey {
    try bytes.withUnsafeBytes {
      try StoredJourneyCodec.read($0, rules: rules, profiles: &profiles).journey
    }
  }

  @Test func `a journey comes back as it was`() throws {
    let rules = try InternalFixtures.rules
    var profiles = ProfileTable()
    let journey = InternalFixtures.journey(rules, &profiles)
    #expect(journey.touchpoints.count > 4)
    #expect(journey.conversions.count > 2)
    #expect(journey.corrections.count > 3)
    #expect(Set(journey.sessions.map(\.demotion.profile)).count > 1)
    let saved = bytes(journey, rules, profiles)
    var others = ProfileTable()
    var back = try read(saved, rules, &others)
    #expect(bytes(back, rules, others) == saved)
    let reached = try saved.withUnsafeBytes { saved in
      var others = ProfileTable()
      return try StoredJourneyCodec.read(saved, rules: rules, profiles: &others).nextOffset
    }
    #expect(reached == 1 << 40)
    #expect(back.conversions == journey.conversions)
    #expect(back.corrections == journey.corrections)
    #expect(others.count == profiles.count)
    back.removeAll(profiles: &others)
    #expect(others.count == 0)
  }

  @Test func `a journey of the versions before is read`() throws {
    let rules = try InternalFixtures.rules
    var profiles = ProfileTable()
    var event = InternalFixtures.events[0]
    event.profile = InternalFixtures.block("Email")
    event.conversions = [ConversionReport(rule: "signup", key: "k")]
    var journey = Journey()
    _ = journey.apply(event, rules: rules, streamTime: event.time, profiles: &profiles)
    let saved = bytes(journey, rules, profiles)
    // No rank and no mark of the conversion, then no sessions, no corrections, and nothing beside.
    #expect(saved.suffix(5) == [0, 0, 0, 0, 0])
    let first = try read([1] + saved.dropFirst().dropLast(5) + [0], rules, &profiles)
    #expect(bytes(first, rules, profiles) == saved)
    let second = try read([2] + saved.dropFirst().dropLast(), rules, &profiles)
    #expect(bytes(second, rules, profiles) == saved)
  }

  @Test func `an empty journey comes back empty`() throws {
    let rules = try InternalFixtures.rules
    var profiles = ProfileTable()
    #expect(try read(bytes(Journey(), rules, profiles), rules, &profiles).isEmpty)
  }

  @Test func `rules go by name, and those that are gone are left out`() throws {
    var rules = try InternalFixtures.rules
    var profiles = ProfileTable()
    let journey = InternalFixtures.journey(rules, &profiles)
    let saved = bytes(journey, rules, profiles)
    rules.conversions.removeAll { $0.name == "signup" }
    rules.conversions.reverse()
    let back = try read(saved, rules, &profiles)
    let names = back.conversions.map { rules.conversions[$0.rule].name }
    #expect(Set(names) == ["purchase", "x"])
  }

  @Test func `a journey cut anywhere is malformed and retains nothing`() throws {
    let rules = try InternalFixtures.rules
    var profiles = ProfileTable()
    let saved = bytes(InternalFixtures.journey(rules, &profiles), rules, profiles)
    for count in saved.indices {
      var others = ProfileTable()
      #expect(throws: ByteReader.Malformed.self) {
        try read(Array(saved[..<count]), rules, &others)
      }
      #expect(others.count == 0, "cut at \(count)")
    }
    #expect(throws: ByteReader.Malformed.self) { try read(saved + [0], rules, &profiles) }
    #expect(throws: ByteReader.Malformed.self) {
      try read([4] + saved.dropFirst(), rules, &profiles)
    }
  }

  @Test func `a journey with one byte changed is malformed or one that can be gone on with`() throws
  {
    let rules = try InternalFixtures.rules
    var profiles = ProfileTable()
    let saved = bytes(InternalFixtures.journey(rules, &profiles), rules, profiles)
    for position in saved.indices {
      for value in [0, 1, 2, 3, 0x40, 0x7f, 0x80, 0xff] as [UInt8] {
        var changed = saved
        changed[position] = value
        var others = ProfileTable()
        do {
          var journey = try read(changed, rules, &others)
          let event = InternalFixtures.events[4]
          _ = journey.apply(event, rules: rules, streamTime: event.time, profiles: &others)
          _ = bytes(journey, rules, others)
          journey.removeAll(profiles: &others)
        } catch is ByteReader.Malformed {}
        #expect(others.count == 0, "byte \(position) as \(value)")
      }
    }
  }
}

@Suite struct CheckpointMarkerTests {
  private func marker(_ bytes: [UInt8]) throws -> CheckpointMarker {
    try bytes.withUnsafeBytes { try CheckpointMarker($0) }
  }

  @Test(arguments: [0, 1, .max] as [Int64], [EventTime.distantPast, .earliest, .latest])
  func `a marker comes back as it was`(offset: Int64, time: EventTime) throws {
    let known = CheckpointMarker(resumeOffset: offset, streamTime: time)
    #expect(try marker(known.bytes) == known)
    for count in known.bytes.indices {
      #expect(throws: ByteReader.Malformed.self) { try marker(Array(known.bytes[..<count])) }
    }
    #expect(throws: ByteReader.Malformed.self) { try marker(known.bytes + [0]) }
    #expect(throws: ByteReader.Malformed.self) { try marker([9] + known.bytes.dropFirst()) }
  }

  @Test func `an offset before the log or a time without a date is malformed`() {
    for (offset, time) in [(-1, EventTime.earliest), (0, EventTime(milliseconds: .max))]
      as [(Int64, EventTime)]
    {
      let bytes = CheckpointMarker(resumeOffset: offset, streamTime: time).bytes
      #expect(throws: ByteReader.Malformed.self) { try marker(bytes) }
    }
  }

  @Test func `journeys have keys that are no marker's`() throws {
    let key = JourneyKey(high: .max, low: 1)
    #expect(key.bytes.count == 16)
    #expect(try key.bytes.withUnsafeBytes { try JourneyKey($0) } == key)
    for bytes in [CheckpointMarker.key, Array(key.bytes.dropLast()), key.bytes + [0]] {
      #expect(throws: ByteReader.Malformed.self) {
        try bytes.withUnsafeBytes { try JourneyKey($0) }
      }
    }
  }
}

@Suite struct JourneyLogRecordTests {
  private func record(_ bytes: [UInt8]) throws -> JourneyLogRecord {
    try bytes.withUnsafeBytes { try JourneyLogRecord($0) }
  }

  @Test(arguments: [EventTime.earliest, .latest, InternalFixtures.time])
  func `a tick comes back as it was`(time: EventTime) throws {
    let bytes = JourneyLogRecord.bytes(ofTick: time)
    guard case .tick(time) = try record(bytes) else {
      Issue.record("a tick was read as something else")
      return
    }
    for count in bytes.indices {
      #expect(throws: ByteReader.Malformed.self) { try record(Array(bytes[..<count])) }
    }
    #expect(throws: ByteReader.Malformed.self) { try record(bytes + [0]) }
  }

  @Test func `a tick that would stop time is malformed`() {
    for time in [Int64.max, .min, EventTime.latest.milliseconds + 1] {
      let bytes = JourneyLogRecord.bytes(ofTick: EventTime(milliseconds: time))
      #expect(throws: ByteReader.Malformed.self) { try record(bytes) }
    }
  }

  @Test func `events are events and nothing else is anything`() throws {
    guard case .event = try record(InternalFixtures.events[0].bytes) else {
      Issue.record("an event was read as something else")
      return
    }
    for bytes in [[], [0], [4], [255]] as [[UInt8]] {
      #expect(throws: ByteReader.Malformed.self) { try record(bytes) }
    }
  }
}
