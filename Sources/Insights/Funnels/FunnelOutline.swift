package import Attribution

/// What is to be known of a funnel in order to watch it: names, and how long people may take.
package struct FunnelOutline: Hashable, Sendable {
  package var name: String
  /// Names of the steps, at least two.
  package var steps: [String]
  /// Names of the dimensions that facts carry values of, in their order.
  package var dimensions: [String]
  /// How long the whole funnel may take.
  package var within: TimeSpan
  /// Steps come in their order, so that every stage is a step.
  package var isOrdered: Bool

  package init(
    name: String, steps: [String], dimensions: [String], within: TimeSpan, isOrdered: Bool = true
  ) {
    precondition(steps.count > 1, "a funnel of \(steps.count) steps")
    precondition(within > .zero, "a funnel within \(within)")
    self.name = name
    self.steps = steps
    self.dimensions = dimensions
    self.within = within
    self.isOrdered = isOrdered
  }
}
