internal import Attribution

/// Marks of one person in one funnel, in order, as they are kept: packed.
///
/// What decides where somebody is lies open beside the bytes; what is only to be told is read from
/// them when it is. So an event costs what is looked at, and not what is kept.
struct FunnelMarks: Hashable, Sendable {
  /// What lies open of a mark.
  struct Entry: Hashable, Sendable {
    var time: EventTime
    var eventID: EventID
    var steps: UInt32
    var isExcluding: Bool
    /// Where its segments begin, perhaps with a mark before it; `nil` as long as none had any.
    fileprivate var segments: Int?
    var segmentCount: Int
    /// Where its value begins; `nil` if it has none.
    fileprivate var value: Int?

    var hasValue: Bool { value != nil }

    func isStep(_ index: Int) -> Bool { steps & (1 << UInt32(index)) != 0 }
  }

  private enum Flags {
    static let isExcluding: UInt8 = 1
    static let hasSameSegments: UInt8 = 2
    static let hasValue: UInt8 = 4
  }

  private var entries: [Entry] = []
  /// Times are differences and segments that stay the same are not repeated: an event of a known
  /// segment takes its id and about five bytes.
  private var packed = ByteWriter()

  init() {}

  /// `marks` are in order.
  init(_ marks: some Sequence<FunnelMark>) {
    for mark in marks { append(mark) }
  }

  var count: Int { entries.count }
  var isEmpty: Bool { entries.isEmpty }
  var indices: Range<Int> { entries.indices }
  var last: Entry? { entries.last }
  subscript(place: Int) -> Entry { entries[place] }

  /// Bytes that `write` appends, at most.
  var byteCount: Int { packed.bytes.count + 2 }

  func holds(_ id: EventID) -> Bool { indices.contains { entries[$0].eventID == id } }

  /// Where `mark` belongs. Looked for from the end: an event is mostly the newest.
  func place(of mark: FunnelMark) -> Int {
    var place = count
    while place > 0, mark.isBefore(entries[place - 1].time, entries[place - 1].eventID) {
      place -= 1
    }
    return place
  }

  /// All of them, in full.
  var unpacked: [FunnelMark] {
    indices.map { place in
      let value = value(at: place)
      return FunnelMark(
        time: entries[place].time, eventID: entries[place].eventID, steps: entries[place].steps,
        isExcluding: entries[place].isExcluding, segments: segments(at: place),
        value: value?.amount, currency: value?.currency)
    }
  }

  func segments(at place: Int) -> [String] {
    guard let start = entries[place].segments else { return [] }
    return read(from: start) { reader throws(ByteReader.Malformed) in try reader.readTexts() }
  }

  func value(at place: Int) -> (amount: Amount, currency: String?)? {
    guard let start = entries[place].value else { return nil }
    return read(from: start) { reader throws(ByteReader.Malformed) in
      (try reader.readAmount(), try reader.readOptionalText())
    }
  }

  private func read<Part>(
    from start: Int, _ body: (inout ByteReader) throws(ByteReader.Malformed) -> Part
  ) -> Part {
    packed.bytes.withUnsafeBytes { bytes in
      var reader = ByteReader(UnsafeRawBufferPointer(rebasing: bytes[start...]))
      do throws(ByteReader.Malformed) {
        return try body(&reader)
      } catch {
        preconditionFailure("a mark cannot be read at \(start) of \(bytes.count) bytes")
      }
    }
  }

  /// Appends `mark`, which must not be before the last.
  mutating func append(_ mark: FunnelMark) {
    let isSame = mark.segments == (isEmpty ? [] : segments(at: count - 1))
    var entry = Entry(
      time: mark.time, eventID: mark.eventID, steps: mark.steps, isExcluding: mark.isExcluding,
      segments: entries.last?.segments, segmentCount: mark.segments.count)
    packed.write(
      byte: (mark.isExcluding ? Flags.isExcluding : 0) | (isSame ? Flags.hasSameSegments : 0)
        | (mark.value == nil ? 0 : Flags.hasValue))
    packed.write(signed: mark.time.milliseconds - (entries.last?.time.milliseconds ?? 0))
    packed.write(eventID: mark.eventID)
    packed.write(varint: UInt64(mark.steps))
    if !isSame {
      entry.segments = packed.bytes.count
      packed.write(texts: mark.segments)
    }
    if let value = mark.value {
      entry.value = packed.bytes.count
      packed.write(amount: value)
      packed.write(optionalText: mark.currency)
    }
    entries.append(entry)
  }

  mutating func removeFirst(_ count: Int) {
    if count > 0 { self = FunnelMarks(unpacked.dropFirst(count)) }
  }
}

extension FunnelMarks: StateBytes {
  func write(to writer: inout ByteWriter) {
    writer.write(varint: UInt64(count))
    writer.bytes += packed.bytes
  }

  init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    let count = try reader.readCount()
    guard count <= FunnelProgress.limit else { throw ByteReader.Malformed() }
    var start = reader
    // Whoever reads it mostly has one more.
    entries.reserveCapacity(count + 1)
    for _ in 0..<count {
      let entry = try FunnelMarks.entry(after: entries.last, from: &reader, since: start.position)
      entries.append(entry)
    }
    let bytes = try start.read(count: reader.position - start.position)
    packed.bytes.reserveCapacity(bytes.count + FunnelMarks.usualBytes)
    packed.bytes.append(contentsOf: bytes)
  }

  /// What one more mark takes, mostly.
  private static let usualBytes = 48

  /// The marks' bytes begin at `start`.
  private static func entry(
    after previous: Entry?, from reader: inout ByteReader, since start: Int
  ) throws(ByteReader.Malformed) -> Entry {
    let flags = try reader.readByte()
    let (milliseconds, overflow) = (previous?.time.milliseconds ?? 0).addingReportingOverflow(
      try reader.readSigned())
    let id = try reader.readEventID()
    guard flags < 8, !overflow, let steps = UInt32(exactly: try reader.readVarint()) else {
      throw ByteReader.Malformed()
    }
    var entry = Entry(
      time: EventTime(milliseconds: milliseconds), eventID: id, steps: steps,
      isExcluding: flags & Flags.isExcluding != 0, segments: previous?.segments,
      segmentCount: previous?.segmentCount ?? 0)
    if flags & Flags.hasSameSegments == 0 {
      entry.segments = reader.position - start
      entry.segmentCount = try reader.readCount()
      for _ in 0..<entry.segmentCount { _ = try reader.readCounted() }
    }
    if flags & Flags.hasValue != 0 {
      entry.value = reader.position - start
      _ = try reader.readAmount()
      _ = try reader.readOptionalText()
    }
    return entry
  }
}
