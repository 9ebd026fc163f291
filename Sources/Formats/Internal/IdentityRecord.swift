package import Attribution

/// A record of the journeys log about whom events belong to; its key is the device or person whose
/// state it changes.
///
/// Devices and people learn from their own records only: so every partition is a function of its log,
/// and what one has to tell another goes through the other's.
package enum IdentityRecord {
  /// An event without a user id, from Intake to its device: the rest of the record.
  case anonymousEvent(payload: UnsafeRawBufferPointer)
  /// From Intake to the device.
  case link(Ownership.Link)
  /// From Intake to the id that is another name of somebody.
  case alias(Ownership.Alias)
  /// Events that belong to the key, as far as their sender knows.
  case move(MovingEvents)
  /// Events come back to their device: `person` has too many devices.
  case refusal(by: String, MovingEvents)
  /// Where the events of `subject`, of which the key may have some, belong now.
  case ownership(of: String, Ownership)
  /// Whatever the key did until then is to be forgotten.
  case erasure(until: EventTime)
  /// The key was linked with `person`, who was erased.
  case forgetting(of: String, until: EventTime)

  private enum Kind: UInt8 {
    case anonymousEvent = 64
    case link, alias, move, refusal, ownership, erasure, forgetting
  }

  static let kinds: ClosedRange<UInt8> = Kind.anonymousEvent.rawValue...Kind.forgetting.rawValue

  package init(_ bytes: UnsafeRawBufferPointer) throws(ByteReader.Malformed) {
    var reader = ByteReader(bytes)
    switch Kind(rawValue: try reader.readByte()) {
    case .anonymousEvent:
      self = .anonymousEvent(payload: try reader.readRest())
    case .link: self = .link(try reader.readLink())
    case .alias: self = .alias(try reader.readAlias())
    case .move: self = .move(try reader.readMovingEvents())
    case .refusal: self = .refusal(by: try reader.readText(), try reader.readMovingEvents())
    case .ownership: self = .ownership(of: try reader.readText(), try reader.readOwnership())
    case .erasure: self = .erasure(until: try reader.readTime())
    case .forgetting: self = .forgetting(of: try reader.readText(), until: try reader.readTime())
    case nil: throw ByteReader.Malformed()
    }
    guard reader.isAtEnd else { throw ByteReader.Malformed() }
  }

  /// Appends the record value.
  package func write(to writer: inout ByteWriter) {
    switch self {
    case .anonymousEvent(let payload):
      IdentityRecord.beginAnonymousEvent(to: &writer)
      writer.bytes.append(contentsOf: payload)
    case .link(let link):
      writer.write(byte: Kind.link.rawValue)
      writer.write(link)
    case .alias(let alias):
      writer.write(byte: Kind.alias.rawValue)
      writer.write(alias)
    case .move(let events):
      writer.write(byte: Kind.move.rawValue)
      writer.write(events)
    case .refusal(let person, let events):
      writer.write(byte: Kind.refusal.rawValue)
      writer.write(text: person)
      writer.write(events)
    case .ownership(let subject, let ownership):
      writer.write(byte: Kind.ownership.rawValue)
      writer.write(text: subject)
      writer.write(ownership)
    case .erasure(let time):
      writer.write(byte: Kind.erasure.rawValue)
      writer.write(signed: time.milliseconds)
    case .forgetting(let person, let time):
      writer.write(byte: Kind.forgetting.rawValue)
      writer.write(text: person)
      writer.write(signed: time.milliseconds)
    }
  }

  /// Begins the record of an anonymous event, which `JourneyEventCodec` goes on with.
  package static func beginAnonymousEvent(to writer: inout ByteWriter) {
    writer.write(byte: Kind.anonymousEvent.rawValue)
  }
}

/// Events on their way from one device or person to another.
package struct MovingEvents: Hashable, Sendable {
  package var events: [HeldEvent]
  /// What was emitted about their conversions.
  package var revisions: [EmittedRevision]
  /// The event has only just come: nobody has had it before.
  package var isFresh: Bool

  package init(_ events: [HeldEvent], revisions: [EmittedRevision] = [], isFresh: Bool = false) {
    self.events = events
    self.revisions = revisions
    self.isFresh = isFresh
  }

  /// Bytes of events that go into one record; a larger move is several.
  package static let bytesPerRecord = 1 << 18

  /// The same in portions that each fit a record; what was emitted goes ahead, so that the next
  /// revision follows.
  package var portions: [MovingEvents] {
    var portions: [MovingEvents] = []
    var portion: [HeldEvent] = []
    var revisions = revisions
    var bytes = 0
    for event in events {
      if bytes + event.payload.count > MovingEvents.bytesPerRecord, !portion.isEmpty {
        portions.append(MovingEvents(portion, revisions: revisions, isFresh: isFresh))
        (portion, revisions, bytes) = ([], [], 0)
      }
      portion.append(event)
      bytes += event.payload.count
    }
    portions.append(MovingEvents(portion, revisions: revisions, isFresh: isFresh))
    return portions
  }
}
