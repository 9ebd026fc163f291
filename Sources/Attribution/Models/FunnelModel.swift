/// Credit to the touchpoints that moved the person from one step to the next.
///
/// A step is a conversion rule, and reached with its first conversion since the path began. The
/// touchpoint right before that gets the step's weight; one that moved the person on several times
/// gets all of these. Where no step was reached, the last touchpoint gets everything.
package struct FunnelModel: AttributionModel {
  package let name = "funnel"
  /// Names of conversion rules, with their weights in millionths.
  package let steps: [NamedWeight]

  package init(steps: [NamedWeight]) {
    self.steps = steps
  }

  package var milestones: [String] { steps.map(\.name) }
  package var parameters: [ModelParameter] { [ModelParameter("steps", .weights(steps))] }

  package func credits(for path: Path) -> Credits {
    var weights = [UInt64](repeating: 0, count: path.touchpoints.count)
    for step in steps {
      if let index = path.touchpoint(leadingTo: step.name) { weights[index] += step.weight }
    }
    if weights.allSatisfy({ $0 == 0 }) { weights[weights.count - 1] = 1 }
    return Credits(normalizing: weights)
  }
}
