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
  /// What partitions counted that the worker has given back.
  package var released: WorkerTotals
}

/// What workers have counted, whichever partitions they had and however often they started over.
package struct WorkerTotals: Hashable, Sendable {
  package private(set) var intake = IntakeCounters()
  package private(set) var journeys = JourneyCounters()

  package init() {}

  mutating func add(_ counters: IntakeCounters) { intake.add(counters) }

  mutating func add(_ counters: JourneyCounters) { journeys.add(counters) }

  mutating func add(_ status: WorkerStatus) {
    intake.add(status.released.intake)
    journeys.add(status.released.journeys)
    for partition in status.partitions {
      if let counters = partition.intake { intake.add(counters) }
      if let counters = partition.journeys { journeys.add(counters) }
    }
  }
}
