package import Attribution

/// One person's way through one funnel: the events that can still matter, in order of event time.
///
/// What stands is a function of the events, not of their arrival: an event that comes late, within
/// what is accepted, takes back what it contradicts and says what is so instead. Where everything is
/// decided, events are forgotten.
package struct FunnelProgress: Hashable, Sendable {
  /// What an event did.
  package struct Update: Hashable, Sendable {
    /// What was said and is not so comes first, then what is; each in order of event time.
    package var facts: [FunnelFact] = []
    /// The event was here already.
    package var isDuplicate = false
    /// It came later than is accepted.
    package var isTooLate = false
    /// Events given up because there were too many.
    package var marksOverLimit = 0

    package init() {}
  }

  /// Events of one person that one funnel remembers. Beyond it the oldest are given up: what was said
  /// about them stands, and the rest is read as if it began there.
  package static let limit = 128

  /// In order.
  package private(set) var marks: [FunnelMark] = []

  package init() {}

  package var isEmpty: Bool { marks.isEmpty }

  /// Applies an event at stream time `streamTime`, which includes its own.
  package mutating func apply(
    _ mark: FunnelMark, shape: FunnelShape, streamTime: EventTime, lateAccept: TimeSpan
  ) -> Update {
    var update = Update()
    guard mark.matters(to: shape.order) else { return update }
    let horizon = streamTime - lateAccept
    guard mark.time >= horizon else {
      update.isTooLate = true
      return update
    }
    // From the end: an event is mostly the newest.
    var place = marks.count
    while place > 0, FunnelMark.isOrdered(mark, marks[place - 1]) { place -= 1 }
    if place > 0,
      marks[place - 1].eventID == mark.eventID
        || marks.contains(where: { $0.eventID == mark.eventID })
    {
      update.isDuplicate = true
      return update
    }
    for step in shape.steps.indices where mark.isStep(step) {
      update.facts.append(.seen(step: step))
    }
    place -= settle(shape: shape, before: horizon)
    if marks.count >= FunnelProgress.limit {
      marks.removeFirst()
      place = max(0, place - 1)
      update.marksOverLimit += 1
    }
    if place == marks.count, !mark.isExcluding {
      // It takes nothing back: whatever is new comes at the end.
      update.facts += FunnelWalk.stages(of: mark, after: marks, shape).map { .reached($0) }
      marks.append(mark)
    } else {
      let before = FunnelWalk.stages(of: marks, shape)
      marks.insert(mark, at: place)
      update.facts += FunnelProgress.difference(before, FunnelWalk.stages(of: marks, shape))
    }
    return update
  }

  /// Takes over another person's events: both turned out to be one.
  package mutating func absorb(_ other: FunnelProgress, shape: FunnelShape) -> Update {
    var update = Update()
    let before =
      FunnelWalk.stages(of: marks, shape) + FunnelWalk.stages(of: other.marks, shape)
    for mark in other.marks where !marks.contains(where: { $0.eventID == mark.eventID }) {
      marks.append(mark)
    }
    marks.sort(by: FunnelMark.isOrdered)
    update.marksOverLimit = max(0, marks.count - FunnelProgress.limit)
    let after = FunnelWalk.stages(of: marks, shape)
    marks.removeFirst(update.marksOverLimit)
    update.facts = FunnelProgress.difference(before.sorted { $0.time < $1.time }, after)
    return update
  }

  /// Takes out events that turned out to be somebody else's, unless they are before `horizon` and so
  /// decided. Returns what is not so any more, and what is instead.
  package mutating func remove(
    _ ids: Set<EventID>, shape: FunnelShape, notBefore horizon: EventTime
  ) -> [FunnelFact] {
    guard marks.contains(where: { $0.time >= horizon && ids.contains($0.eventID) }) else {
      return []
    }
    let before = FunnelWalk.stages(of: marks, shape)
    marks.removeAll { $0.time >= horizon && ids.contains($0.eventID) }
    return FunnelProgress.difference(before, FunnelWalk.stages(of: marks, shape))
  }

  /// Forgets what is decided at stream time `streamTime`.
  package mutating func prune(
    shape: FunnelShape, streamTime: EventTime, lateAccept: TimeSpan
  ) {
    _ = settle(shape: shape, before: streamTime - lateAccept)
  }

  /// When the last of it will be decided; `nil` if it is empty.
  package func isDecidedAfter(shape: FunnelShape, lateAccept: TimeSpan) -> EventTime? {
    marks.last.map { $0.time + shape.within + lateAccept }
  }

  /// Drops marks that nothing which is still accepted can change: those before `horizon` up to where
  /// no attempt is under way, or none that can go on. Returns how many.
  private mutating func settle(shape: FunnelShape, before horizon: EventTime) -> Int {
    guard let first = marks.first, first.time < horizon else { return 0 }
    var walk = FunnelWalk(shape, telling: false)
    var settled = 0
    for (index, mark) in marks.enumerated() {
      guard mark.time < horizon else { break }
      walk.take(mark)
      let next = index + 1 < marks.count ? min(marks[index + 1].time, horizon) : horizon
      if walk.deadline.map({ $0 < next }) ?? true { settled = index + 1 }
    }
    marks.removeFirst(settled)
    return settled
  }

  /// What has to be taken back of `before`, and what is new in `after`.
  private static func difference(
    _ before: [StageReached], _ after: [StageReached]
  ) -> [FunnelFact] {
    // Mostly nothing changes but the end.
    var start = 0
    while start < before.count, start < after.count, before[start] == after[start] { start += 1 }
    var retracted: [StageReached] = []
    var rest = Array(after[start...])
    for stage in before[start...] {
      if let index = rest.firstIndex(of: stage) {
        rest.remove(at: index)
      } else {
        retracted.append(stage)
      }
    }
    return retracted.map { .retracted($0) } + rest.map { .reached($0) }
  }
}

extension FunnelProgress: StateBytes {
  /// Times are differences and segments that stay the same are not repeated: an event of a known
  /// segment takes its id and about five bytes.
  package func write(to writer: inout ByteWriter) {
    writer.write(varint: UInt64(marks.count))
    var time = EventTime(milliseconds: 0)
    var segments: [String] = []
    for mark in marks {
      let isSame = mark.segments == segments
      var flags: UInt8 = mark.isExcluding ? 1 : 0
      if isSame { flags |= 2 }
      if mark.value != nil { flags |= 4 }
      writer.write(byte: flags)
      writer.write(signed: (mark.time - time).milliseconds)
      writer.write(eventID: mark.eventID)
      writer.write(varint: UInt64(mark.steps))
      if !isSame {
        writer.write(varint: UInt64(mark.segments.count))
        for segment in mark.segments { writer.write(text: segment) }
      }
      if let value = mark.value {
        writer.write(signed: value.units)
        writer.write(byte: value.scale)
        writer.write(optionalText: mark.currency)
      }
      (time, segments) = (mark.time, mark.segments)
    }
  }

  package init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    let count = try reader.readCount()
    guard count <= FunnelProgress.limit else { throw ByteReader.Malformed() }
    var time = EventTime(milliseconds: 0)
    var segments: [String] = []
    for _ in 0..<count {
      let flags = try reader.readByte()
      guard flags < 8 else { throw ByteReader.Malformed() }
      let (milliseconds, overflow) = time.milliseconds.addingReportingOverflow(
        try reader.readSigned())
      guard !overflow else { throw ByteReader.Malformed() }
      time = EventTime(milliseconds: milliseconds)
      let id = try reader.readEventID()
      guard let steps = UInt32(exactly: try reader.readVarint()) else {
        throw ByteReader.Malformed()
      }
      if flags & 2 == 0 {
        segments = []
        for _ in 0..<(try reader.readCount()) { segments.append(try reader.readText()) }
      }
      var mark = FunnelMark(
        time: time, eventID: id, steps: steps, isExcluding: flags & 1 != 0, segments: segments)
      if flags & 4 != 0 {
        let units = try reader.readSigned()
        let scale = try reader.readByte()
        guard scale <= Amount.maximumScale else { throw ByteReader.Malformed() }
        mark.value = Amount(units: units, scale: scale)
        mark.currency = try reader.readOptionalText()
      }
      marks.append(mark)
    }
  }
}
