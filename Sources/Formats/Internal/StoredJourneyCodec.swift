package import Attribution

/// A `Journey` as a record of the changelog and of the local store; its key is the journey's key.
///
/// The form stands alone: profiles are spelled out where they first appear and referred to after,
/// and rules go by name, so that it survives a restart with other rules. With it goes the offset of
/// the journeys log up to which the journey had applied everything.
///
/// Version 3. Version 2, which knew nothing of identities, and version 1, which knew nothing of
/// corrections either, are read as well; others are malformed.
package enum StoredJourneyCodec {
  private static let version: UInt8 = 3
  private static let firstVersion: UInt8 = 1

  /// What stands beside the journey.
  private enum Beside {
    static let held: UInt8 = 1
    static let identity: UInt8 = 2
    static let funnels: UInt8 = 4
    static let acquired: UInt8 = 8
    static let all = held | identity | funnels | acquired
  }

  private enum Correction {
    static let report: UInt8 = 0
    static let adjustment: UInt8 = 1
  }

  private enum Demotion {
    static let unchanged: UInt8 = 0
    static let removed: UInt8 = 1
    static let replaced: UInt8 = 2
    static let added: UInt8 = 3
  }

  /// Appends the record value for `journey`, which has applied everything before `nextOffset`, with
  /// what is known of its person beside it.
  package static func write(
    _ journey: Journey, held: HeldEvents = HeldEvents(), identity: IdentityState? = nil,
    funnels: [UInt8] = [], acquired: EventTime? = nil, nextOffset: Int64, rules: RuleSet,
    profiles: ProfileTable, to writer: inout ByteWriter
  ) {
    var dictionary = BlockDictionary()
    writer.write(byte: version)
    writer.write(varint: UInt64(nextOffset))
    writer.write(varint: UInt64(journey.touchpoints.count))
    var previous: Int64 = 0
    for touchpoint in journey.touchpoints {
      writer.write(signed: touchpoint.time.milliseconds - previous)
      previous = touchpoint.time.milliseconds
      writer.write(eventID: journey.eventID(of: touchpoint))
      dictionary.write(touchpoint.profile, of: profiles, to: &writer)
      write(journey.click(of: touchpoint), to: &writer)
    }
    writer.write(varint: UInt64(journey.conversions.count))
    for conversion in journey.conversions { write(conversion, rules, to: &writer) }
    writer.write(varint: UInt64(journey.sessions.count))
    for session in journey.sessions {
      write(session, profiles, &dictionary, to: &writer)
    }
    writer.write(varint: UInt64(journey.corrections.count))
    for correction in journey.corrections { write(correction, rules, to: &writer) }
    writer.write(
      byte: (held.isEmpty ? 0 : Beside.held) | (identity == nil ? 0 : Beside.identity)
        | (funnels.isEmpty ? 0 : Beside.funnels) | (acquired == nil ? 0 : Beside.acquired))
    if !held.isEmpty { held.write(to: &writer) }
    if let identity { writer.write(identity) }
    if !funnels.isEmpty { funnels.withUnsafeBytes { writer.write(counted: $0) } }
    if let acquired { writer.write(signed: acquired.milliseconds) }
  }

  private static func write(_ click: ClickID?, to writer: inout ByteWriter) {
    writer.write(optionalText: click?.name)
    if let click { writer.write(text: click.value) }
  }

  private static func write(
    _ conversion: StoredConversion, _ rules: RuleSet, to writer: inout ByteWriter
  ) {
    writer.write(text: rules.conversions[conversion.rule].name)
    writer.write(optionalText: conversion.key)
    writer.write(signed: conversion.time.milliseconds)
    writer.write(eventID: conversion.eventID)
    writer.write(value: conversion.value)
    writer.write(optionalText: conversion.currency)
    writer.write(signed: conversion.lastRepeat.milliseconds - conversion.time.milliseconds)
    writer.write(signed: conversion.keptSince.milliseconds - conversion.time.milliseconds)
    writer.write(varint: UInt64(conversion.revision))
    writer.write(fixed: conversion.digest)
    writer.write(varint: UInt64(conversion.rank))
    writer.write(byte: conversion.isIncomplete ? 1 : 0)
  }

  private static func write(
    _ correction: StoredCorrection, _ rules: RuleSet, to writer: inout ByteWriter
  ) {
    writer.write(text: rules.conversions[correction.rule].name)
    writer.write(text: correction.key)
    writer.write(signed: correction.time.milliseconds)
    writer.write(eventID: correction.eventID)
    writer.write(signed: correction.keptSince.milliseconds - correction.time.milliseconds)
    switch correction.content {
    case .report(let rank, let value, let currency):
      writer.write(byte: Correction.report)
      writer.write(varint: UInt64(rank))
      writer.write(value: value)
      writer.write(optionalText: currency)
    case .adjustment(let change):
      writer.write(byte: Correction.adjustment)
      writer.write(change: change)
    }
  }

  private static func write(
    _ session: SessionSpan, _ profiles: ProfileTable, _ dictionary: inout BlockDictionary,
    to writer: inout ByteWriter
  ) {
    writer.write(byte: session.trackedID == nil ? 0 : 1)
    if let id = session.trackedID { writer.write(fixed: id) }
    writer.write(signed: session.first.milliseconds)
    writer.write(varint: UInt64(session.last.milliseconds - session.first.milliseconds))
    writer.write(eventID: session.firstEventID)
    switch session.demotion {
    case .unchanged: writer.write(byte: Demotion.unchanged)
    case .removed: writer.write(byte: Demotion.removed)
    case .replaced(let profile):
      writer.write(byte: Demotion.replaced)
      dictionary.write(profile, of: profiles, to: &writer)
    case .added(let profile, let click):
      writer.write(byte: Demotion.added)
      dictionary.write(profile, of: profiles, to: &writer)
      write(click, to: &writer)
    }
  }

  /// What a record holds.
  package struct Restored {
    package let journey: Journey
    package let held: HeldEvents
    /// `nil` if nothing was known.
    package let identity: IdentityState?
    /// What is known of the person's way through funnels, as it was given; empty if nothing is.
    package let funnels: [UInt8]
    /// When the person came first; `nil` if that is not known.
    package let acquired: EventTime?
    package let nextOffset: Int64
  }

  /// Reads a journey; retains its profiles. On a malformed record nothing is retained.
  ///
  /// Conversions of rules that no longer exist are left out.
  package static func read(
    _ bytes: UnsafeRawBufferPointer, rules: RuleSet, profiles: inout ProfileTable
  ) throws(ByteReader.Malformed) -> Restored {
    var journey = Journey()
    do throws(ByteReader.Malformed) {
      var reader = ByteReader(bytes)
      let nextOffset = try read(&reader, into: &journey, rules, &profiles)
      // Older versions end here.
      let beside = reader.isAtEnd ? 0 : try reader.readByte()
      guard beside <= Beside.all else { throw ByteReader.Malformed() }
      let held = beside & Beside.held == 0 ? HeldEvents() : try HeldEvents(&reader)
      let identity = beside & Beside.identity == 0 ? nil : try reader.readIdentityState()
      let funnels = beside & Beside.funnels == 0 ? [] : Array(try reader.readCounted())
      let acquired = beside & Beside.acquired == 0 ? nil : try reader.readTime()
      guard reader.isAtEnd else { throw ByteReader.Malformed() }
      return Restored(
        journey: journey, held: held, identity: identity, funnels: funnels, acquired: acquired,
        nextOffset: nextOffset)
    } catch {
      journey.removeAll(profiles: &profiles)
      throw error
    }
  }

  private static func read(
    _ reader: inout ByteReader, into journey: inout Journey, _ rules: RuleSet,
    _ profiles: inout ProfileTable
  ) throws(ByteReader.Malformed) -> Int64 {
    let found = try reader.readByte()
    guard (firstVersion...version).contains(found) else { throw ByteReader.Malformed() }
    guard let nextOffset = Int64(exactly: try reader.readVarint()) else {
      throw ByteReader.Malformed()
    }
    var dictionary = BlockDictionary()
    var time = EventTime(milliseconds: 0)
    let touchpoints = try reader.readCount()
    journey.reserve(touchpoints: touchpoints)
    for _ in 0..<touchpoints {
      time = try reader.readTime(relativeTo: time.milliseconds)
      let eventID = try reader.readEventID()
      let block = try dictionary.readBlock(from: &reader)
      let click = try readClick(&reader)
      journey.append(
        time: time, eventID: eventID, profile: profiles.retain(block), click: click)
    }
    for _ in 0..<(try reader.readCount()) {
      if let conversion = try readConversion(&reader, rules, version: found) {
        journey.append(conversion)
      }
    }
    for _ in 0..<(try reader.readCount()) {
      journey.append(try readSession(&reader, &dictionary, &profiles))
    }
    for _ in 0..<(found == firstVersion ? 0 : try reader.readCount()) {
      if let correction = try readCorrection(&reader, rules) { journey.append(correction) }
    }
    guard (found == version) != reader.isAtEnd else { throw ByteReader.Malformed() }
    return nextOffset
  }

  private static func readClick(
    _ reader: inout ByteReader
  ) throws(ByteReader.Malformed) -> ClickID? {
    guard let name = try reader.readOptionalText() else { return nil }
    return ClickID(name: name, value: try reader.readText())
  }

  private static func readConversion(
    _ reader: inout ByteReader, _ rules: RuleSet, version: UInt8
  ) throws(ByteReader.Malformed) -> StoredConversion? {
    let name = try reader.readText()
    let key = try reader.readOptionalText()
    let time = try reader.readTime()
    var conversion = StoredConversion(
      rule: rules.conversions.firstIndex { $0.name == name } ?? -1, key: key,
      time: time, eventID: try reader.readEventID(), value: try reader.readAmount(),
      currency: try reader.readOptionalText(),
      lastRepeat: try reader.readTime(relativeTo: time.milliseconds),
      keptSince: try reader.readTime(relativeTo: time.milliseconds), revision: 0, digest: 0)
    guard let revision = Int(exactly: try reader.readVarint()) else { throw ByteReader.Malformed() }
    conversion.revision = revision
    conversion.digest = try reader.readFixed()
    if version != firstVersion {
      conversion.rank = try reader.readRank()
      let incomplete = try reader.readByte()
      guard incomplete <= 1 else { throw ByteReader.Malformed() }
      conversion.isIncomplete = incomplete == 1
    }
    return conversion.rule < 0 ? nil : conversion
  }

  private static func readCorrection(
    _ reader: inout ByteReader, _ rules: RuleSet
  ) throws(ByteReader.Malformed) -> StoredCorrection? {
    let name = try reader.readText()
    let key = try reader.readText()
    let time = try reader.readTime()
    let eventID = try reader.readEventID()
    let keptSince = try reader.readTime(relativeTo: time.milliseconds)
    let content: StoredCorrection.Content
    switch try reader.readByte() {
    case Correction.report:
      content = .report(
        rank: try reader.readRank(), value: try reader.readAmount(),
        currency: try reader.readOptionalText())
    case Correction.adjustment: content = .adjustment(try reader.readChange())
    default: throw ByteReader.Malformed()
    }
    guard let rule = rules.conversions.firstIndex(where: { $0.name == name }) else { return nil }
    return StoredCorrection(
      rule: rule, key: key, time: time, eventID: eventID, keptSince: keptSince, content: content)
  }

  private static func readSession(
    _ reader: inout ByteReader, _ dictionary: inout BlockDictionary,
    _ profiles: inout ProfileTable
  ) throws(ByteReader.Malformed) -> SessionSpan {
    let trackedID = try reader.readByte() == 0 ? nil : try reader.readFixed()
    let first = try reader.readTime()
    guard let length = Int64(exactly: try reader.readVarint()),
      case let last = EventTime(milliseconds: first.milliseconds &+ length), last.isWritable
    else { throw ByteReader.Malformed() }
    let eventID = try reader.readEventID()
    let demotion: SessionSpan.Demotion
    switch try reader.readByte() {
    case Demotion.unchanged: demotion = .unchanged
    case Demotion.removed: demotion = .removed
    case Demotion.replaced:
      demotion = .replaced(profiles.retain(try dictionary.readBlock(from: &reader)))
    case Demotion.added:
      let block = try dictionary.readBlock(from: &reader)
      let click = try readClick(&reader)
      demotion = .added(profiles.retain(block), click)
    default: throw ByteReader.Malformed()
    }
    return SessionSpan(
      trackedID: trackedID, first: first, firstEventID: eventID, last: last, demotion: demotion)
  }
}

/// The profiles that one record has spelled out so far, in order of appearance.
private struct BlockDictionary {
  private var written: [ProfileTable.ID] = []
  private var read: [UnsafeRawBufferPointer] = []

  /// The number of an earlier block, or the next number and the block itself.
  mutating func write(
    _ profile: ProfileTable.ID, of profiles: ProfileTable, to writer: inout ByteWriter
  ) {
    if let number = written.firstIndex(of: profile) {
      writer.write(varint: UInt64(number))
      return
    }
    writer.write(varint: UInt64(written.count))
    profiles.block(of: profile).withUnsafeBytes { writer.write(counted: $0) }
    written.append(profile)
  }

  mutating func readBlock(
    from reader: inout ByteReader
  ) throws(ByteReader.Malformed) -> UnsafeRawBufferPointer {
    let number = try reader.readVarint()
    if number < UInt64(read.count) { return read[Int(number)] }
    guard number == UInt64(read.count) else { throw ByteReader.Malformed() }
    let block = try reader.readCounted()
    try PackedProfile.validate(block)
    read.append(block)
    return block
  }
}
