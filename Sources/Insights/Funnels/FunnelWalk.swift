internal import Attribution

/// Walks over a person's marks in their order and finds the attempts.
///
/// The first mark that can begin an attempt does. From then on the earliest event that is the next
/// step is taken; one event is one step, so a repeated step needs a repeated event. An attempt is
/// over when it is complete, when its time is, when an event excludes it (then it never was), or, in
/// a strict funnel, at any other event; only then another may begin. Where a step has a time limit,
/// the step before it may be repeated, and the limit counts from the repetition.
struct FunnelWalk {
  private struct Attempt {
    /// Index in `reached` of its first stage.
    var first: Int
    var began: EventTime
    /// Steps taken, a bit for each.
    var taken: UInt32
    var count: Int
    var lastStep: Int
    /// The last stage, or its repetition: from here the next step's limit counts.
    var since: EventTime
    /// The last stage; `nil` before the first.
    var origin: StageReached.Origin?
    /// Segments by the rule of the funnel.
    var segments: [String]
    var value: Amount?
    var currency: String?
  }

  private let shape: FunnelShape
  private var attempt: Attempt?
  /// Stages of all attempts that stand, in order, as far as they were told.
  private(set) var reached: [StageReached] = []
  private let isTelling: Bool

  /// One that is not `telling` knows where somebody is, and nothing of how they came there.
  init(_ shape: FunnelShape, telling isTelling: Bool = true) {
    self.shape = shape
    self.isTelling = isTelling
  }

  /// The stages that `mark`, which must not exclude anything, adds to those of `marks` before it.
  static func stages(
    of mark: FunnelMark, after marks: [FunnelMark], _ shape: FunnelShape
  ) -> [StageReached] {
    var before = FunnelWalk(shape, telling: false)
    for mark in marks { before.take(mark) }
    var walk = FunnelWalk(shape)
    walk.attempt = before.attempt
    walk.take(mark)
    return walk.reached
  }

  /// The stages that `marks`, which are in order, amount to.
  static func stages(of marks: some Sequence<FunnelMark>, _ shape: FunnelShape) -> [StageReached] {
    var walk = FunnelWalk(shape)
    for mark in marks { walk.take(mark) }
    return walk.reached
  }

  /// The last moment at which the attempt under way can go on; `nil` if none is.
  var deadline: EventTime? {
    guard let attempt else { return nil }
    let end = attempt.began + shape.within
    guard shape.order != .anyOrder, let limit = shape.steps[attempt.count].within else {
      return end
    }
    return min(end, attempt.since + limit)
  }

  mutating func take(_ mark: FunnelMark) {
    if let deadline, mark.time > deadline { attempt = nil }
    if mark.isExcluding {
      if let attempt, isTelling { reached.removeSubrange(attempt.first...) }
      attempt = nil
      return
    }
    if attempt != nil {
      if let step = nextStep(mark) { return reach(step, mark) }
      switch shape.order {
      case .strict: attempt = nil
      case .ordered:
        if let last = attempt?.lastStep, mark.isStep(last) { attempt?.since = mark.time }
        return
      case .anyOrder: return
      }
    }
    if let step = firstStep(mark) { begin(step, mark) }
  }

  private func firstStep(_ mark: FunnelMark) -> Int? {
    switch shape.order {
    case .ordered, .strict: mark.isStep(0) ? 0 : nil
    case .anyOrder: shape.steps.indices.first { mark.isStep($0) }
    }
  }

  private func nextStep(_ mark: FunnelMark) -> Int? {
    guard let attempt else { return nil }
    switch shape.order {
    case .ordered, .strict: return mark.isStep(attempt.count) ? attempt.count : nil
    case .anyOrder:
      return shape.steps.indices.first { step in
        guard mark.isStep(step), attempt.taken & (1 << UInt32(step)) == 0 else { return false }
        return shape.steps[step].within.map { mark.time - attempt.since <= $0 } ?? true
      }
    }
  }

  private mutating func begin(_ step: Int, _ mark: FunnelMark) {
    attempt = Attempt(
      first: reached.count, began: mark.time, taken: 0, count: 0, lastStep: step,
      since: mark.time, segments: shape.dimensions.map { _ in "" }, value: nil, currency: nil)
    reach(step, mark)
  }

  private mutating func reach(_ step: Int, _ mark: FunnelMark) {
    guard var attempt else { return }
    switch shape.segmentsFrom {
    case .first: if attempt.count == 0 { attempt.segments = mark.segments }
    case .last: attempt.segments = mark.segments
    case .step(let index): if index == step { attempt.segments = mark.segments }
    }
    if let value = mark.value { (attempt.value, attempt.currency) = (value, mark.currency) }
    if isTelling {
      reached.append(
        StageReached(
          stage: attempt.count, step: step, time: mark.time, began: attempt.began,
          origin: attempt.origin, segments: attempt.segments, value: attempt.value,
          currency: attempt.currency))
    }
    attempt.origin = .init(time: mark.time, segments: attempt.segments)
    attempt.taken |= 1 << UInt32(step)
    attempt.count += 1
    attempt.lastStep = step
    attempt.since = mark.time
    self.attempt = attempt.count == shape.steps.count ? nil : attempt
  }
}
