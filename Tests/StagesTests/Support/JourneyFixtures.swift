import Attribution
import Formats
import Stages
import Testing

/// The start of every hand-written story: 2026-03-02T00:00:00Z.
let start = TangledHistory.start

extension JourneyEvent {
  /// An event at `time` with the touchpoint `channel`, if any.
  static func at(
    _ time: EventTime, _ id: String, channel: String? = nil, session: SessionMark = .none,
    conversions: [ConversionReport] = []
  ) -> JourneyEvent {
    var event = JourneyEvent()
    event.time = time
    event.eventID = EventID(id)
    event.session = session
    if let channel {
      var profile = TouchpointProfile()
      profile.rule = "visit"
      profile.channel = channel
      var writer = ByteWriter()
      PackedProfile.write(profile, to: &writer)
      event.profile = writer.bytes
      event.profileIfStarting = writer.bytes
    }
    event.conversions = conversions
    return event
  }

  var bytes: [UInt8] {
    var writer = ByteWriter()
    JourneyEventCodec.write(self, to: &writer)
    return writer.bytes
  }
}

extension RuleSet {
  /// One conversion rule, `purchase`, that credits the last touchpoint of seven days.
  static func purchases(
    lateAccept: TimeSpan = .days(1), _ change: (inout ConversionRule) -> Void = { _ in }
  ) throws -> RuleSet {
    var rule = ConversionRule(
      name: "purchase", when: try EventRule(.always),
      path: PathRules(lookback: .init(click: .days(7), visit: .days(7), view: .days(1))),
      models: [LastTouchModel()])
    change(&rule)
    var rules = RuleSet(
      fields: FieldTable(), touchpoints: [], conversions: [rule], channels: DefaultChannels.ga4)
    rules.time.lateAccept = lateAccept
    return rules
  }
}

extension JourneyMachine {
  @discardableResult
  mutating func step(_ event: JourneyEvent, of person: String) throws -> [AttributedConversion] {
    let bytes = event.bytes
    return try Array(person.utf8).withUnsafeBytes { key in
      var output = OutgoingRecords()
      defer { #expect(output.isEmpty) }
      return try bytes.withUnsafeBytes {
        try step(key: key, value: $0, offset: nextOffset, output: &output)
      }
    }
  }

  mutating func tick(_ time: EventTime) throws {
    var output = OutgoingRecords()
    _ = try JourneyLogRecord.bytes(ofTick: time).withUnsafeBytes {
      try step(key: nil, value: $0, offset: nextOffset, output: &output)
    }
  }

  /// Saves a whole checkpoint; its records as key and value.
  mutating func saved(slice: Int = 100) -> [(key: [UInt8], value: [UInt8]?)] {
    var output = OutgoingRecords()
    beginCheckpoint()
    while isCheckpointing { writeCheckpointSlice(limit: slice, partition: 0, to: &output) }
    var records: [(key: [UInt8], value: [UInt8]?)] = []
    output.forEach { _, key, value in
      records.append((key.map { Array($0) } ?? [], value.map { Array($0) }))
    }
    return records
  }
}
