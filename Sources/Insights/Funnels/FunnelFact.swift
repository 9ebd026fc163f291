package import Attribution

/// What a person's events say about one funnel, as it is counted and judged.
package enum FunnelFact: Hashable, Sendable {
  /// An event of the step at this index, whether it belongs to an attempt or not: it shows that the
  /// tracker of the step is alive.
  case seen(step: Int)
  /// An attempt has come to a stage.
  case reached(StageReached)
  /// What was said before is not so: an earlier event arrived after it, or one that excludes it.
  case retracted(StageReached)
}

extension FunnelFact {
  /// Whether it can be about a funnel of this outline: a log outlives configurations.
  func fits(_ outline: FunnelOutline) -> Bool {
    switch self {
    case .seen(let step): outline.steps.indices.contains(step)
    case .reached(let reached), .retracted(let reached):
      outline.steps.indices.contains(reached.stage) && outline.steps.indices.contains(reached.step)
        && (reached.stage == 0) == (reached.origin == nil)
        && reached.segments.count == outline.dimensions.count
        && reached.origin.map { $0.segments.count == outline.dimensions.count } ?? true
    }
  }
}

/// An attempt has come to a stage: it has taken so many steps.
package struct StageReached: Hashable, Sendable {
  /// The stage before, where there is one.
  package struct Origin: Hashable, Sendable {
    package var time: EventTime
    /// Values of the funnel's dimensions as they were when that stage was reached: a person counts in
    /// the same segment when entering and when completing.
    package var segments: [String]

    package init(time: EventTime, segments: [String]) {
      self.time = time
      self.segments = segments
    }
  }

  /// Steps taken before this one.
  package var stage: Int
  /// Index of the step taken; where steps have an order, the stage.
  package var step: Int
  package var time: EventTime
  /// When the attempt began.
  package var began: EventTime
  package var origin: Origin?
  /// Values of the funnel's dimensions; empty text where an event does not say.
  package var segments: [String]
  /// What is at stake: the value that the attempt had last.
  package var value: Amount?
  package var currency: String?

  package init(
    stage: Int, step: Int? = nil, time: EventTime, began: EventTime, origin: Origin? = nil,
    segments: [String], value: Amount? = nil, currency: String? = nil
  ) {
    self.stage = stage
    self.step = step ?? stage
    self.time = time
    self.began = began
    self.origin = origin
    self.segments = segments
    self.value = value
    self.currency = currency
  }
}
