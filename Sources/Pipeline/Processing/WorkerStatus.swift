package import Insights
package import Stages

/// What a worker is doing, for logs and for people.
package struct WorkerStatus: Sendable {
  package struct Partition: Sendable {
    package let partition: LogPartition
    package var isRestoring = false
    /// An input that waits because others are behind.
    package var isAhead = false
    package var intake: IntakeCounters?
    package var journeys: JourneyCounters?
    package var insights: InsightsCounters?
    /// What a partition of the insights log watches; `nil` of others.
    package var overview: InsightsOverview?
    /// Journeys held.
    package var journeyCount = 0
    /// Memory that they take, nearly.
    package var journeyBytes = 0
    /// Records of its checkpoint read so far, while it is being restored.
    package var restoredRecords = 0
    /// Records of its log to read again, without a word, until there is news to say.
    package var replayRemaining: Int64 = 0
    /// Records in its log that are not processed; `nil` as long as that is not known.
    package var lag: Int64?

    package init(_ partition: LogPartition) { self.partition = partition }
  }

  /// Whether the group has told this worker what is its, be it nothing.
  package var hasAssignment: Bool
  /// In order of topic and partition.
  package var partitions: [Partition]
  /// What partitions counted that the worker has given back.
  package var released: WorkerTotals

  package init(
    hasAssignment: Bool, partitions: [Partition], released: WorkerTotals = WorkerTotals()
  ) {
    self.hasAssignment = hasAssignment
    self.partitions = partitions
    self.released = released
  }
}

/// What workers have counted, whichever partitions they had and however often they started over.
package struct WorkerTotals: Hashable, Sendable {
  package private(set) var intake = IntakeCounters()
  package private(set) var journeys = JourneyCounters()
  package private(set) var insights = InsightsCounters()

  package init() {}

  mutating func add(_ counters: IntakeCounters) { intake.add(counters) }

  mutating func add(_ counters: JourneyCounters) { journeys.add(counters) }

  mutating func add(_ counters: InsightsCounters) { insights.add(counters) }

  mutating func add(_ status: WorkerStatus) {
    intake.add(status.released.intake)
    journeys.add(status.released.journeys)
    insights.add(status.released.insights)
    for partition in status.partitions {
      if let counters = partition.intake { intake.add(counters) }
      if let counters = partition.journeys { journeys.add(counters) }
      if let counters = partition.insights { insights.add(counters) }
    }
  }
}
