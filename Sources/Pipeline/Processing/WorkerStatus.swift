package import Stages

/// What a worker is doing, for logs and for people.
package struct WorkerStatus: Sendable {
  package struct Partition: Sendable {
    package let partition: LogPartition
    package let isRestoring: Bool
    package let intake: IntakeCounters?
    package let journeys: JourneyCounters?
    /// Journeys held.
    package let journeyCount: Int
  }

  /// In order of topic and partition.
  package var partitions: [Partition]
}
