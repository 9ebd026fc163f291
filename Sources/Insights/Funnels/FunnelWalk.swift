internal import Attribution

/// Walks over a person's marks in their order and finds the attempts.
///
/// The first mark that can begin an attempt does. From then on the earliest event that is the next
/// step is taken; one event is one step, so a repeated step needs a repeated event. An attempt is
/// over when it is complete, when its time is, when an event excludes it (then it never was), or, in
/// a strict funnel, at any other event; only then another may begin. Where a step has a time limit,
/// the step before it may be repeated, and the limit counts from the repetition.
struct FunnelWalk {
  /// An attempt that is under way. It knows marks by their places: a value without references.
  private struct Attempt {
    /// Index in `reached` of its first stage.
    var first: Int
    /// The mark of its first stage.
    var beginning: Int
    /// Steps taken, a bit for each.
    var taken: UInt32 = 0
    var count = 0
    var lastStep: Int
    /// The mark of the last stage.
    var last: Int
    /// The last stage, or its repetition: from here the next step's limit counts.
    var since: EventTime
    /// The mark that has the segments by the rule of the funnel; `nil` as long as they are unknown.
    var segments: Int?
    /// The mark that had a value last.
    var value: Int?
  }

  private let shape: FunnelShape
  private let marks: FunnelMarks
  /// Stages are told that marks from here on reach.
  private let start: Int
  private var attempt: Attempt?
  /// Stages of all attempts that stand, in order, as far as they are told.
  private var reached: [StageReached] = []

  /// Over `marks`, which are in order; nothing is told of what those before `start` reach.
  init(_ shape: FunnelShape, over marks: FunnelMarks, tellingFrom start: Int) {
    self.shape = shape
    self.marks = marks
    self.start = start
  }

  /// The stages that `marks`, which are in order, amount to. With a `start`, only those that the
  /// marks from there on add, of which none may exclude anything.
  static func stages(
    of marks: FunnelMarks, from start: Int = 0, _ shape: FunnelShape
  ) -> [StageReached] {
    var walk = FunnelWalk(shape, over: marks, tellingFrom: start)
    for place in marks.indices { walk.take(place) }
    return walk.reached
  }

  /// The last moment at which the attempt under way can go on; `nil` if none is.
  var deadline: EventTime? {
    guard let attempt else { return nil }
    let end = marks[attempt.beginning].time + shape.within
    guard shape.order != .anyOrder, let limit = shape.steps[attempt.count].within else {
      return end
    }
    return min(end, attempt.since + limit)
  }

  /// Goes on to the mark at `place`.
  mutating func take(_ place: Int) {
    if let deadline, marks[place].time > deadline { attempt = nil }
    if marks[place].isExcluding {
      if let attempt { reached.removeSubrange(attempt.first...) }
      attempt = nil
      return
    }
    if let attempt {
      if let step = nextStep(of: attempt, at: place) { return reach(step, at: place) }
      switch shape.order {
      case .strict: self.attempt = nil
      case .ordered:
        if marks[place].isStep(attempt.lastStep) { self.attempt?.since = marks[place].time }
        return
      case .anyOrder: return
      }
    }
    if let step = firstStep(at: place) { begin(step, at: place) }
  }

  private func firstStep(at place: Int) -> Int? {
    switch shape.order {
    case .ordered, .strict: marks[place].isStep(0) ? 0 : nil
    case .anyOrder: shape.steps.indices.first { marks[place].isStep($0) }
    }
  }

  private func nextStep(of attempt: Attempt, at place: Int) -> Int? {
    switch shape.order {
    case .ordered, .strict: return marks[place].isStep(attempt.count) ? attempt.count : nil
    case .anyOrder:
      return shape.steps.indices.first { step in
        guard marks[place].isStep(step), attempt.taken & (1 << UInt32(step)) == 0 else {
          return false
        }
        return shape.steps[step].within.map { marks[place].time - attempt.since <= $0 } ?? true
      }
    }
  }

  private mutating func begin(_ step: Int, at place: Int) {
    attempt = Attempt(
      first: reached.count, beginning: place, lastStep: step, last: place, since: marks[place].time)
    reach(step, at: place)
  }

  private mutating func reach(_ step: Int, at place: Int) {
    guard var attempt else { return }
    let before = attempt
    switch shape.segmentsFrom {
    case .first: if attempt.count == 0 { attempt.segments = place }
    case .last: attempt.segments = place
    case .step(let index): if index == step { attempt.segments = place }
    }
    if marks[place].hasValue { attempt.value = place }
    attempt.taken |= 1 << UInt32(step)
    attempt.count += 1
    attempt.lastStep = step
    attempt.last = place
    attempt.since = marks[place].time
    if place >= start { tell(attempt, after: before) }
    self.attempt = attempt.count == shape.steps.count ? nil : attempt
  }

  /// Says what stage `attempt` has come to from where it was `before`.
  private mutating func tell(_ attempt: Attempt, after before: Attempt) {
    let segments = segments(of: attempt)
    var origin: StageReached.Origin?
    if before.count > 0 {
      origin = .init(
        time: marks[before.last].time,
        segments: before.segments == attempt.segments ? segments : self.segments(of: before))
    }
    let value = attempt.value.flatMap { marks.value(at: $0) }
    reached.append(
      StageReached(
        stage: before.count, step: attempt.lastStep, time: marks[attempt.last].time,
        began: marks[attempt.beginning].time, origin: origin, segments: segments,
        value: value?.amount, currency: value?.currency))
  }

  private func segments(of attempt: Attempt) -> [String] {
    attempt.segments.map { marks.segments(at: $0) } ?? shape.dimensions.map { _ in "" }
  }
}
