package import Attribution

/// The events of one device or person, as they came, in case they have to move.
///
/// One block of bytes: nearly all of them are only ever appended and forgotten, and as values of
/// their own they would take several times the room.
package struct HeldEvents: Sendable {
  private struct Flags: OptionSet {
    let rawValue: UInt8
    static let anonymous = Flags(rawValue: 1)
    static let stops = Flags(rawValue: 2)
  }

  private var bytes: [UInt8] = []
  /// What comes before has been forgotten.
  private var start = 0
  package private(set) var count = 0

  package init() {}

  package var isEmpty: Bool { count == 0 }

  /// Memory beside the value itself.
  package var byteCount: Int { MemoryUse.of(bytes) }

  /// Appends an event that has come directly, in the journeys log's form.
  package mutating func append(
    payload: UnsafeRawBufferPointer, arrival: EventTime, isAnonymous: Bool
  ) {
    var writer = ByteWriter()
    writer.write(byte: isAnonymous ? Flags.anonymous.rawValue : 0)
    writer.write(signed: arrival.milliseconds)
    writer.bytes.append(contentsOf: payload)
    append(writer.bytes)
  }

  package mutating func append(_ event: HeldEvent) {
    var writer = ByteWriter()
    var flags: Flags = event.isAnonymous ? .anonymous : []
    if !event.stops.isEmpty { flags.insert(.stops) }
    writer.write(byte: flags.rawValue)
    writer.write(signed: event.arrival.milliseconds)
    if !event.stops.isEmpty { writer.write(event.stops) }
    writer.bytes.append(contentsOf: event.payload)
    append(writer.bytes)
  }

  private mutating func append(_ entry: [UInt8]) {
    var length = ByteWriter()
    length.write(varint: UInt64(entry.count))
    let needed = bytes.count + length.bytes.count + entry.count
    // Doubling would leave up to half of it unused.
    if needed > bytes.capacity { bytes.reserveCapacity(needed + bytes.count / 4) }
    bytes.append(contentsOf: length.bytes)
    bytes.append(contentsOf: entry)
    count += 1
  }

  /// Forgets the events at the front that arrived before `horizon`, and the first beyond `limit`.
  /// Returns how many had to go for the limit.
  package mutating func prune(arrivedBefore horizon: EventTime, limit: Int) -> Int {
    var overLimit = 0
    while count > 0 {
      let (entry, next) = entry(at: start)
      let isOld = bytes.withUnsafeBytes { bytes in
        var reader = ByteReader(UnsafeRawBufferPointer(rebasing: bytes[entry]))
        do throws(ByteReader.Malformed) {
          _ = try reader.readByte()
          return EventTime(milliseconds: try reader.readSigned()) < horizon
        } catch {
          preconditionFailure("no held event at \(entry) of \(bytes.count)")
        }
      }
      guard isOld || count > limit else { break }
      if !isOld { overLimit += 1 }
      start = next
      count -= 1
    }
    if start * 2 > bytes.count {
      bytes = Array(bytes[start...])
      start = 0
    }
    return overLimit
  }

  private func entry(at position: Int) -> (content: Range<Int>, next: Int) {
    bytes.withUnsafeBytes { bytes in
      var reader = ByteReader(UnsafeRawBufferPointer(rebasing: bytes[position...]))
      do throws(ByteReader.Malformed) {
        let length = try reader.readCount()
        let content = position + reader.position
        return (content..<content + length, content + length)
      } catch {
        preconditionFailure("no held event at \(position) of \(bytes.count)")
      }
    }
  }

  /// All of them, in the order in which they were appended.
  package var events: [HeldEvent] {
    var events: [HeldEvent] = []
    events.reserveCapacity(count)
    var position = start
    while position < bytes.count {
      let (content, next) = entry(at: position)
      bytes.withUnsafeBytes { bytes in
        do throws(ByteReader.Malformed) {
          events.append(
            try HeldEvents.event(UnsafeRawBufferPointer(rebasing: bytes[content])))
        } catch {
          preconditionFailure("no held event at \(content) of \(bytes.count)")
        }
      }
      position = next
    }
    return events
  }

  private static func event(
    _ entry: UnsafeRawBufferPointer
  ) throws(ByteReader.Malformed) -> HeldEvent {
    var reader = ByteReader(entry)
    let (isAnonymous, arrival, stops, payload) = try parts(&reader)
    let (time, eventID) = try JourneyEventCodec.header(of: payload)
    return HeldEvent(
      eventID: eventID, time: time, arrival: arrival, isAnonymous: isAnonymous, stops: stops,
      payload: Array(payload))
  }

  private typealias Parts = (
    isAnonymous: Bool, arrival: EventTime, stops: [HeldEvent.Stop], payload: UnsafeRawBufferPointer
  )

  private static func parts(
    _ reader: inout ByteReader
  ) throws(ByteReader.Malformed) -> Parts {
    let flags = Flags(rawValue: try reader.readByte())
    let arrival = try reader.readTime()
    let stops = flags.contains(.stops) ? try reader.readStops() : []
    return (flags.contains(.anonymous), arrival, stops, try reader.readRest())
  }

  package mutating func replace(with events: [HeldEvent]) {
    self = HeldEvents()
    for event in events { append(event) }
  }
}

extension HeldEvents {
  /// Appends all of it to a record.
  func write(to writer: inout ByteWriter) {
    writer.write(varint: UInt64(count))
    bytes[start...].withUnsafeBytes { writer.write(counted: $0) }
  }

  /// Reads what `write` has written, and makes sure that every event in it can be read later.
  init(_ reader: inout ByteReader) throws(ByteReader.Malformed) {
    count = try reader.readCount()
    let block = try reader.readCounted()
    bytes = Array(block)
    var rest = ByteReader(block)
    var event = JourneyEvent()
    for _ in 0..<count {
      var entry = ByteReader(try rest.readCounted())
      let payload = try HeldEvents.parts(&entry).payload
      try JourneyEventCodec.read(payload, into: &event)
    }
    guard rest.isAtEnd else { throw ByteReader.Malformed() }
  }
}
