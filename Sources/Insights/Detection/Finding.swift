/// A detector that has seen enough.
package struct Finding: Hashable, Sendable {
  /// What has changed.
  package enum Direction: Hashable, Sendable {
    case drop, rise, slower
  }

  package var direction: Direction
  /// Evidence, in nats.
  package var statistic: Double
  /// What it had to exceed.
  package var threshold: Double
  /// The first bin of the evidence.
  package var start: Int64
  package var observed: Double
  package var expected: Double
}
