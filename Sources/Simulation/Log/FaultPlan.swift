/// What goes wrong in a simulated run, and at which of its steps.
package struct FaultPlan: Sendable {
  package enum Fault: Hashable, Sendable {
    /// Everything that is not committed is gone; machines come back from `source`.
    case crash(RestoreSource)
    /// An orderly stop: what was handed over is committed, and a last checkpoint saved.
    case release(RestoreSource)
    /// The changelog is compacted.
    case compaction
  }

  /// Where a machine's state comes back from.
  package enum RestoreSource: Hashable, CaseIterable, Sendable {
    case changelog
    /// The local copy as it is: without what was committed and not yet copied.
    case localCopy
    /// A local copy that is a whole checkpoint behind, as of an instance that had lost the partition.
    case staleCopy
  }

  /// By the number of the step that they come after.
  package var faults: [Int: Fault]

  package init(_ faults: [Int: Fault] = [:]) {
    self.faults = faults
  }

  /// Faults after about one step of `spacing`, up to step `steps`.
  package static func random(
    spacing: Int, steps: Int, _ generator: inout SeededGenerator
  ) -> FaultPlan {
    var plan = FaultPlan()
    for step in 0..<steps where generator.below(spacing) == 0 {
      let source = RestoreSource.allCases[generator.below(RestoreSource.allCases.count)]
      switch generator.below(8) {
      case 0: plan.faults[step] = .compaction
      case 1: plan.faults[step] = .release(source)
      default: plan.faults[step] = .crash(source)
      }
    }
    return plan
  }
}
