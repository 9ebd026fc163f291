package import Insights
package import Stages

/// What the workers of a process have done and are doing, as they last said.
package struct PipelineFigures: Sendable {
  /// What the process as a whole is at.
  package enum Phase: Hashable, Sendable {
    /// It makes sure that brokers and topics are there; why that takes time, if it does.
    case preparing(obstacle: String?)
    case running
    case stopping
  }

  /// One worker, in its present life.
  package struct WorkerLife: Sendable {
    /// What it last said of itself; `nil` until it has opened its transport.
    package var status: WorkerStatus?
    /// When that was, or when the life began.
    package var reportedAt: ContinuousClock.Instant
    /// When the transaction under way began.
    package var committingSince: ContinuousClock.Instant?
    /// Why the life before it ended, if it failed.
    package var lastFailure: String?

    package init(_ status: WorkerStatus? = nil, at instant: ContinuousClock.Instant) {
      self.status = status
      reportedAt = instant
    }
  }

  /// What is counted where a rebalance is answered.
  package enum Rebalance: String, CaseIterable, Sendable {
    case assigned, revoked, lost
  }

  package var phase = Phase.preparing(obstacle: nil)
  /// How many workers there have to be.
  package var expectedWorkers = 0
  /// Workers by their numbers; one between two lives has none.
  package var workers: [Int: WorkerLife] = [:]
  /// What lives have counted that are over.
  package var ended = WorkerTotals()
  /// Failures after which a worker started over, by `PipelineError.kind`.
  package var restarts: [String: Int] = [:]
  package var rebalances: [Rebalance: Int] = [:]
  /// Records committed, by destination.
  package var committedRecords: [OutgoingRecords.Destination: Int] = [:]
  /// Bytes of their keys and values.
  package var committedBytes = 0
  /// From a handoff to the end of the transaction that had it.
  package var commitLatency = LatencyHistogram()
  /// From the beginning of a transaction to its end.
  package var transactionLatency = LatencyHistogram()
  /// From a record's time in the log to the commit of what followed from it: of each committed
  /// batch the oldest record.
  package var recordLatency: [Handoff.Stage: LatencyHistogram] = [:]

  /// Alerts that a receiver has not been told of yet, by its name; none where another instance
  /// tells it, or nobody.
  package var owedAlerts: [String: Int] = [:]

  package init() {}

  /// Everything counted since the process began.
  package var totals: WorkerTotals {
    var totals = ended
    for life in workers.values { if let status = life.status { totals.add(status) } }
    return totals
  }

  /// What is watched here, of all partitions of the insights log that are here; `nil` if none is.
  package var overview: InsightsOverview? {
    partitions.reduce(nil) { all, partition in
      guard let one = partition.overview else { return all }
      guard var all else { return one }
      all.add(one)
      return all
    }
  }

  /// Partitions of all workers, in order.
  package var partitions: [WorkerStatus.Partition] {
    workers.values.flatMap { $0.status?.partitions ?? [] }.sorted { $0.partition < $1.partition }
  }
}
