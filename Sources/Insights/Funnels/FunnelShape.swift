package import Attribution

/// The rules of a funnel, apart from which events are its steps: that is found out before.
package struct FunnelShape: Hashable, Sendable {
  /// What may happen between two steps.
  package enum Order: Hashable, Sendable {
    /// Anything; steps come in their order.
    case ordered
    /// Nothing at all: any other event of the person ends the attempt.
    case strict
    /// Anything, and steps come in any order.
    case anyOrder
  }

  /// Which event of an attempt says what segment it is in.
  package enum SegmentSource: Hashable, Sendable {
    /// The first: the same for the whole attempt.
    case first
    /// The one that reached the stage.
    case last
    /// The step at this index; unknown until it is taken.
    case step(Int)
  }

  package struct Step: Hashable, Sendable {
    package var name: String
    /// How long after the step before it may come; `nil` for as long as the funnel lasts.
    package var within: TimeSpan?

    package init(_ name: String, within: TimeSpan? = nil) {
      self.name = name
      self.within = within
    }
  }

  /// Steps that a funnel may have.
  package static let maximumSteps = 32

  package var name: String
  package var order: Order
  package var within: TimeSpan
  package var steps: [Step]
  /// Names of the dimensions that events carry values of.
  package var dimensions: [String]
  package var segmentsFrom: SegmentSource

  package init(
    name: String, order: Order = .ordered, within: TimeSpan, steps: [Step],
    dimensions: [String] = [], segmentsFrom: SegmentSource = .first
  ) {
    precondition((2...FunnelShape.maximumSteps).contains(steps.count), "\(steps.count) steps")
    precondition(within > .zero, "a funnel within \(within)")
    if case .step(let index) = segmentsFrom {
      precondition(steps.indices.contains(index), "segments from step \(index)")
    }
    self.name = name
    self.order = order
    self.within = within
    self.steps = steps
    self.dimensions = dimensions
    self.segmentsFrom = segmentsFrom
  }

  /// What is to be known in order to watch it.
  package var outline: FunnelOutline {
    FunnelOutline(
      name: name, steps: steps.map(\.name), dimensions: dimensions, within: within,
      isOrdered: order != .anyOrder)
  }
}
