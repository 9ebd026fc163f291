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
  private(set) var marks = FunnelMarks()

  package init() {}

  package var isEmpty: Bool { marks.isEmpty }

  /// Whether it is about a funnel of so many dimensions.
  package func hasSegments(count: Int) -> Bool {
    marks.indices.allSatisfy { marks[$0].segmentCount == count }
  }

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
    var place = marks.place(of: mark)
    if place > 0, marks.holds(mark.eventID) {
      update.isDuplicate = true
      return update
    }
    for step in shape.steps.indices where mark.isStep(step) {
      update.facts.append(.seen(step: step))
    }
    place -= settle(shape: shape, before: horizon)
    if marks.count >= FunnelProgress.limit {
      marks.removeFirst(1)
      place = max(0, place - 1)
      update.marksOverLimit += 1
    }
    if place == marks.count, !mark.isExcluding {
      // It takes nothing back: whatever is new comes at the end.
      marks.append(mark)
      for stage in FunnelWalk.stages(of: marks, from: place, shape) {
        update.facts.append(.reached(stage))
      }
    } else {
      var all = marks.unpacked
      all.insert(mark, at: place)
      update.facts += replaceMarks(by: all, shape)
    }
    return update
  }

  /// Takes over another person's events: both turned out to be one.
  package mutating func absorb(_ other: FunnelProgress, shape: FunnelShape) -> Update {
    var update = Update()
    let before =
      FunnelWalk.stages(of: marks, shape) + FunnelWalk.stages(of: other.marks, shape)
    let all = marks.unpacked + other.marks.unpacked.filter { !marks.holds($0.eventID) }
    marks = FunnelMarks(all.sorted(by: FunnelMark.isOrdered))
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
    let rest = marks.unpacked.filter { $0.time < horizon || !ids.contains($0.eventID) }
    return rest.count == marks.count ? [] : replaceMarks(by: rest, shape)
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
    guard !marks.isEmpty, marks[0].time < horizon else { return 0 }
    var walk = FunnelWalk(shape, over: marks, tellingFrom: marks.count)
    var settled = 0
    for index in marks.indices {
      guard marks[index].time < horizon else { break }
      walk.take(index)
      let next = index + 1 < marks.count ? min(marks[index + 1].time, horizon) : horizon
      if walk.deadline.map({ $0 < next }) ?? true { settled = index + 1 }
    }
    marks.removeFirst(settled)
    return settled
  }

  /// What is not so any more, and what is instead.
  private mutating func replaceMarks(
    by replacement: [FunnelMark], _ shape: FunnelShape
  ) -> [FunnelFact] {
    let before = FunnelWalk.stages(of: marks, shape)
    marks = FunnelMarks(replacement)
    return FunnelProgress.difference(before, FunnelWalk.stages(of: marks, shape))
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
  /// Bytes that `write` appends, at most.
  package var byteCount: Int { marks.byteCount }

  package func write(to writer: inout ByteWriter) { marks.write(to: &writer) }

  package init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    marks = try FunnelMarks(from: &reader)
  }
}
