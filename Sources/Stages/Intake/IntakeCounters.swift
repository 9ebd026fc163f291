package import Formats

/// What an Intake machine has counted since it started. Only ever grows.
package struct IntakeCounters: Hashable, Sendable {
  /// Records read, of whatever quality.
  package var records = 0
  /// Events decoded from them.
  package var events = 0
  /// Events that some rule needed, and that went on to Journeys.
  package var forwarded = 0
  /// Events that no rule needed.
  package var unmatched = 0
  /// Events that claimed to be from the future and were given the time they were received.
  package var futureTimes = 0
  /// Records, and single events of batches, that are dead letters, by reason.
  package var rejected: [RejectionCode: Int] = [:]

  package init() {}
}

extension IntakeCounters {
  /// Adds what another machine has counted.
  package mutating func add(_ other: IntakeCounters) {
    records += other.records
    events += other.events
    forwarded += other.forwarded
    unmatched += other.unmatched
    futureTimes += other.futureTimes
    rejected.merge(other.rejected, uniquingKeysWith: +)
  }
}
