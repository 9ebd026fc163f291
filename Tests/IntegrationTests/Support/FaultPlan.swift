import Foundation
import Simulation

/// What decides when things are killed: a seed, and how often.
struct FaultPlan: Sendable {
  private var generator: SeededGenerator
  let seed: UInt64
  /// Times that something is ended by force.
  let faults: Int

  /// `faults` is what a normal run has; `AFTERCLICK_TEST_FAULTS` raises it for a soak, and
  /// `AFTERCLICK_TEST_SEED` repeats what a failure has printed.
  init(faults: Int) {
    let environment = ProcessInfo.processInfo.environment
    seed = environment["AFTERCLICK_TEST_SEED"].flatMap { UInt64($0) } ?? .random(in: 0...999_999)
    generator = SeededGenerator(seed: seed)
    self.faults = environment["AFTERCLICK_TEST_FAULTS"].flatMap { Int($0) } ?? faults
  }

  mutating func chance(_ probability: Double) -> Bool { generator.chance(probability) }

  mutating func choice<Element>(of elements: [Element]) -> Element {
    elements[generator.below(elements.count)]
  }

  /// A random duration within `range` of milliseconds.
  mutating func duration(_ range: ClosedRange<Int64>) -> Duration {
    .milliseconds(generator.within(range))
  }
}
