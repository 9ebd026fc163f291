package import Attribution
package import Insights

/// A record of `<app>.insights`: what one partition of the journeys log has to say, and how far its
/// stream time has come with it.
///
/// Layout, version 1: version, the partition, then moments until the end: whole minutes since 1970,
/// the first in full and the others as differences, and, with their length, the facts of that minute,
/// each after the number of times that it is meant. A moment without facts says what time it is. A
/// moment before another one that came earlier is late; stream time stays where it is.
///
/// Version 2 is a record of nobody's time: version, then facts until the end. What Intake says counts
/// when it comes.
package enum InsightsRecord {
  static let version: UInt8 = 1
  static let timelessVersion: UInt8 = 2

  /// The finest difference of time that insights know.
  package static let minute = TimeSpan.minutes(1)

  /// The minute that `time` is in.
  package static func minute(of time: EventTime) -> Int64 {
    time.milliseconds.quotientRoundedDown(dividingBy: minute.milliseconds)
  }

  /// Returns the partition of the journeys log that it is from, with its moments; `nil`, with one
  /// moment, for a record of nobody's time. A record is read as a whole before anything of it is
  /// used: what is malformed must not count by halves.
  package static func read(
    _ bytes: UnsafeRawBufferPointer
  ) throws(ByteReader.Malformed) -> (source: Int32?, moments: [Moment]) {
    var reader = ByteReader(bytes)
    let version = try reader.readByte()
    if version == timelessVersion {
      return (nil, [Moment(time: .distantPast, facts: try readFacts(&reader))])
    }
    guard version == InsightsRecord.version, let source = Int32(exactly: try reader.readVarint())
    else { throw ByteReader.Malformed() }
    var moments: [Moment] = []
    var minute: Int64 = 0
    while !reader.isAtEnd {
      let (next, overflow) = minute.addingReportingOverflow(try reader.readSigned())
      let (milliseconds, isTooLarge) = next.multipliedReportingOverflow(
        by: InsightsRecord.minute.milliseconds)
      let time = EventTime(milliseconds: milliseconds)
      guard !overflow, !isTooLarge, time.isWritable else { throw ByteReader.Malformed() }
      minute = next
      var facts = ByteReader(try reader.readCounted())
      moments.append(Moment(time: time, facts: try readFacts(&facts)))
    }
    return (source, moments)
  }

  private static func readFacts(
    _ reader: inout ByteReader
  ) throws(ByteReader.Malformed) -> [(count: Int, fact: InsightsFact)] {
    var facts: [(count: Int, fact: InsightsFact)] = []
    while !reader.isAtEnd {
      guard let count = Int(exactly: try reader.readVarint()), count <= maximumRepeats else {
        throw ByteReader.Malformed()
      }
      facts.append((count, try InsightsFact(from: &reader)))
    }
    return facts
  }

  /// How often one fact may be meant.
  static let maximumRepeats = 1 << 20

  /// What was so in one minute of stream time.
  package struct Moment: Sendable {
    package var time: EventTime
    package var facts: [(count: Int, fact: InsightsFact)] = []
  }
}

/// Puts a record together, fact by fact.
package struct InsightsRecordWriter: Sendable {
  private var writer = ByteWriter()
  private var facts = ByteWriter()
  /// The minute that is being written, and the one before.
  private var minute: Int64?
  private var previous: Int64 = 0
  private let source: Int32?

  /// Bytes after which a record is to be ended; below what brokers take by default, 1 MiB, even with
  /// one more long fact.
  package static let recordBytes = 256 << 10

  /// A record of what the partition `source` of the journeys log says; without it, of nobody's time.
  package init(source: Int32?) {
    self.source = source
  }

  /// Nothing was written.
  package var isEmpty: Bool { minute == nil && facts.bytes.isEmpty }

  /// Bytes so far, without what ends the record.
  package var count: Int { writer.bytes.count + facts.bytes.count }

  /// From here on it is about the minute `minute`: that of stream time, or one before.
  package mutating func begin(minute: Int64) {
    precondition(source != nil, "a minute of nobody's time")
    guard self.minute != minute else { return }
    endMoment()
    self.minute = minute
  }

  /// Says that `fact` is so, `count` times.
  package mutating func write(_ fact: InsightsFact, count: Int = 1) {
    precondition(minute != nil || source == nil, "a fact of no minute")
    precondition((1...InsightsRecord.maximumRepeats).contains(count), "a fact \(count) times")
    facts.write(varint: UInt64(count))
    fact.write(to: &facts)
  }

  private mutating func endMoment() {
    guard let source else {
      writer.write(byte: InsightsRecord.timelessVersion)
      writer.bytes += facts.bytes
      facts.bytes.removeAll(keepingCapacity: true)
      return
    }
    guard let minute else { return }
    if writer.bytes.isEmpty {
      writer.write(byte: InsightsRecord.version)
      writer.write(varint: UInt64(source))
    }
    writer.write(signed: minute - previous)
    facts.bytes.withUnsafeBytes { writer.write(counted: $0) }
    facts.bytes.removeAll(keepingCapacity: true)
    previous = minute
  }

  /// Ends the record and calls `body` with its bytes; what is written next is another record.
  package mutating func finish(_ body: (UnsafeRawBufferPointer) -> Void) {
    endMoment()
    writer.bytes.withUnsafeBytes(body)
    writer.bytes.removeAll(keepingCapacity: true)
    (minute, previous) = (nil, 0)
  }
}

extension Int64 {
  fileprivate func quotientRoundedDown(dividingBy divisor: Int64) -> Int64 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
