package import Attribution

/// `JourneyEvent` as the value of a record in `<app>.journeys`; the person's id is the record's key.
///
/// Layout, version 3: version, flags, time, event id, then what the flags announce, in their order.
/// Version 1, which had no adjustments and no ranks of reports, is read as well; version 2 is a tick.
/// Unknown versions are malformed: an older binary must not guess.
package enum JourneyEventCodec {
  static let version: UInt8 = 3
  static let firstVersion: UInt8 = 1

  private struct Flags: OptionSet {
    let rawValue: UInt8
    static let activity = Flags(rawValue: 1)
    static let trackedSession = Flags(rawValue: 2)
    static let profile = Flags(rawValue: 4)
    /// The touchpoint differs if the event starts its session: a second profile follows.
    static let profileIfStarting = Flags(rawValue: 8)
    static let click = Flags(rawValue: 16)
    static let conversions = Flags(rawValue: 32)
    static let adjustments = Flags(rawValue: 64)
    static let signs = Flags(rawValue: 128)
  }

  /// Appends the record value for `event`.
  package static func write(_ event: borrowing JourneyEvent, to writer: inout ByteWriter) {
    var flags: Flags = []
    switch event.session {
    case .none: break
    case .activity: flags.insert(.activity)
    case .tracked: flags.insert(.trackedSession)
    }
    if !event.profile.isEmpty { flags.insert(.profile) }
    let dependsOnSession = event.dependsOnSession
    if dependsOnSession { flags.insert(.profileIfStarting) }
    if event.click != nil { flags.insert(.click) }
    if !event.conversions.isEmpty { flags.insert(.conversions) }
    if !event.adjustments.isEmpty { flags.insert(.adjustments) }
    if !event.signs.isEmpty { flags.insert(.signs) }

    writer.write(byte: version)
    writer.write(byte: flags.rawValue)
    writer.write(signed: event.time.milliseconds)
    writer.write(eventID: event.eventID)
    if case .tracked(let id) = event.session { writer.write(fixed: id) }
    if !event.profile.isEmpty {
      event.profile.withUnsafeBytes { writer.write(counted: $0) }
    }
    if dependsOnSession {
      event.profileIfStarting.withUnsafeBytes { writer.write(counted: $0) }
    }
    if let click = event.click {
      writer.write(text: click.name)
      writer.write(text: click.value)
    }
    if !event.conversions.isEmpty {
      writer.write(varint: UInt64(event.conversions.count))
      for report in event.conversions { write(report, to: &writer) }
    }
    if !event.adjustments.isEmpty {
      writer.write(varint: UInt64(event.adjustments.count))
      for report in event.adjustments { write(report, to: &writer) }
    }
    if !event.signs.isEmpty { writeSigns(of: event, to: &writer) }
  }

  /// Refills `event` from a record value.
  package static func read(
    _ bytes: UnsafeRawBufferPointer, into event: inout JourneyEvent
  ) throws(ByteReader.Malformed) {
    event.removeAll()
    var reader = ByteReader(bytes)
    let found = try reader.readByte()
    guard found == version || found == firstVersion else { throw ByteReader.Malformed() }
    let flags = Flags(rawValue: try reader.readByte())
    event.time = try reader.readTime()
    event.eventID = try reader.readEventID()
    if flags.contains(.trackedSession) {
      event.session = .tracked(try reader.readFixed())
    } else if flags.contains(.activity) {
      event.session = .activity
    }
    if flags.contains(.profile) {
      event.profile.append(contentsOf: try validated(reader.readCounted()))
    }
    if flags.contains(.profileIfStarting) {
      event.profileIfStarting.append(contentsOf: try validated(reader.readCounted()))
    } else {
      event.profileIfStarting.append(contentsOf: event.profile)
    }
    if flags.contains(.click) {
      event.click = ClickID(name: try reader.readText(), value: try reader.readText())
    }
    if flags.contains(.conversions) {
      let count = try reader.readCount()
      for _ in 0..<count { event.conversions.append(try readReport(&reader, version: found)) }
    }
    if found == version, flags.contains(.adjustments) {
      let count = try reader.readCount()
      for _ in 0..<count { event.adjustments.append(try readAdjustment(&reader)) }
    }
    if found == version, flags.contains(.signs) { try readSigns(&reader, into: &event) }
    guard reader.isAtEnd else { throw ByteReader.Malformed() }
  }

  private static func writeSigns(of event: borrowing JourneyEvent, to writer: inout ByteWriter) {
    writer.write(varint: UInt64(event.signs.count))
    for sign in event.signs {
      writer.write(text: sign.funnel)
      writer.write(varint: UInt64(sign.steps))
      writer.write(byte: sign.isExcluding ? 1 : 0)
      writer.write(varint: UInt64(sign.segments.count))
      for segment in sign.segments { writer.write(text: segment) }
    }
  }

  private static func readSigns(
    _ reader: inout ByteReader, into event: inout JourneyEvent
  ) throws(ByteReader.Malformed) {
    for _ in 0..<(try reader.readCount()) {
      var sign = FunnelSign(funnel: try reader.readText())
      guard let steps = UInt32(exactly: try reader.readVarint()) else {
        throw ByteReader.Malformed()
      }
      sign.steps = steps
      let excluding = try reader.readByte()
      guard excluding <= 1 else { throw ByteReader.Malformed() }
      sign.isExcluding = excluding == 1
      let count = try reader.readCount()
      sign.segments.reserveCapacity(count)
      for _ in 0..<count { sign.segments.append(try reader.readText()) }
      event.signs.append(sign)
    }
  }

  /// When the event of a record value happened, and its id.
  static func header(
    of bytes: UnsafeRawBufferPointer
  ) throws(ByteReader.Malformed) -> (time: EventTime, eventID: EventID) {
    var reader = ByteReader(bytes)
    _ = try reader.readByte()
    _ = try reader.readByte()
    return (try reader.readTime(), try reader.readEventID())
  }

  /// A block that journeys will store must unpack later; an empty one means no touchpoint.
  private static func validated(
    _ block: UnsafeRawBufferPointer
  ) throws(ByteReader.Malformed) -> UnsafeRawBufferPointer {
    if !block.isEmpty { try PackedProfile.validate(block) }
    return block
  }

  private static func write(_ report: ConversionReport, to writer: inout ByteWriter) {
    writer.write(text: report.rule)
    writer.write(optionalText: report.key)
    writer.write(value: report.value)
    writer.write(optionalText: report.currency)
    writer.write(varint: UInt64(report.rank))
  }

  private static func write(_ report: AdjustmentReport, to writer: inout ByteWriter) {
    writer.write(text: report.rule)
    writer.write(text: report.key)
    writer.write(change: report.change)
  }

  private static func readReport(
    _ reader: inout ByteReader, version: UInt8
  ) throws(ByteReader.Malformed) -> ConversionReport {
    ConversionReport(
      rule: try reader.readText(), key: try reader.readOptionalText(),
      value: try reader.readAmount(), currency: try reader.readOptionalText(),
      rank: version == firstVersion ? 0 : try reader.readRank())
  }

  private static func readAdjustment(
    _ reader: inout ByteReader
  ) throws(ByteReader.Malformed) -> AdjustmentReport {
    AdjustmentReport(
      rule: try reader.readText(), key: try reader.readText(), change: try reader.readChange())
  }
}

extension ByteWriter {
  /// Scale + 1 and the units; a zero for `nil`.
  mutating func write(value: Amount?) {
    guard let value else { return write(byte: 0) }
    write(byte: value.scale + 1)
    write(signed: value.units)
  }
}

extension ByteWriter {
  mutating func write(change: AdjustmentReport.Change) {
    switch change {
    case .cancel: write(byte: 0)
    case .subtract(let amount):
      write(byte: 1)
      write(value: amount)
    case .set(let amount):
      write(byte: 2)
      write(value: amount)
    }
  }
}

extension ByteReader {
  mutating func readChange() throws(Malformed) -> AdjustmentReport.Change {
    let kind = try readByte()
    if kind == 0 { return .cancel }
    guard let amount = try readAmount() else { throw Malformed() }
    switch kind {
    case 1 where amount.units >= 0: return .subtract(amount)
    case 2: return .set(amount)
    default: throw Malformed()
    }
  }

  mutating func readRank() throws(Malformed) -> Int {
    guard let rank = Int(exactly: try readVarint()) else { throw Malformed() }
    return rank
  }

  /// A time that has a date: arithmetic with any two of them stays far from overflow.
  mutating func readTime(relativeTo base: Int64 = 0) throws(Malformed) -> EventTime {
    let time = EventTime(milliseconds: base &+ (try readSigned()))
    guard time.isWritable else { throw Malformed() }
    return time
  }

  mutating func readAmount() throws(Malformed) -> Amount? {
    let scale = try readByte()
    guard scale > 0 else { return nil }
    guard scale - 1 <= Amount.maximumScale else { throw Malformed() }
    return Amount(units: try readSigned(), scale: scale - 1)
  }
}
