internal import Attribution
package import Logging
internal import Stages

/// One member of the consumer group, and the partitions it is given, on one thread.
///
/// A worker reads, steps machines and hands over; it never waits for a commit, only for room. More
/// throughput is more workers, in this process or in others: Kafka spreads the partitions. A worker
/// that fails is thrown away with all its machines, because they ran ahead of the log; a new one
/// restores them.
package actor Worker {
  typealias Children = ThrowingDiscardingTaskGroup<any Error>

  let settings: WorkerSettings
  let logger: Logger
  let checkpointer: Checkpointer
  let committer: Committer
  let source: any RecordSource
  /// `nil` if there is no Insights stage.
  let insightsChangelog: (any ChangelogReader)?
  let meter: WorkerMeter
  private let sink: any CommitSink
  private let executor: ThreadExecutor

  var intake: [LogPartition: IntakeProcessor] = [:]
  /// What was read of inputs and is not processed yet.
  var waiting = WaitingInputs()
  var journeys: [LogPartition: JourneysProcessor] = [:]
  var insights: [LogPartition: InsightsProcessor] = [:]
  /// Partitions being restored: a restore that was overtaken by a revocation is not installed.
  var restoring: [LogPartition: RestoreTicket] = [:]
  /// Partitions whose last checkpoint slice is committed, or being so, but not yet copied locally.
  var slicesUnderWay: Set<LogPartition> = []
  /// Resumed whenever a slice has been copied.
  var copyWaiters: [CheckedContinuation<Void, Never>] = []
  var nextCheckpoint: ContinuousClock.Instant
  var nextReport: ContinuousClock.Instant = .now
  /// Whether the group has assigned partitions, be they none.
  var hasAssignment = false
  /// What partitions counted that were given back.
  var released = WorkerTotals()
  private var isStopping = false
  /// Why a restore has failed; the loop ends with it.
  private var restoreFailure: (any Error)?
  /// The last round was full: there is more to read than could be read at once, or may be yet.
  var wasFull = false
  /// The same, as the committer knows it.
  private var isBehind = false

  package nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  /// Opens the transport, which blocks; `number` tells the workers of one process apart.
  package static func open(
    number: Int, settings: WorkerSettings, transport: any Transport, checkpointer: Checkpointer,
    monitor: PipelineMonitor, logger: Logger
  ) async throws(PipelineError) -> Worker {
    let executor = ThreadExecutor(name: "worker-\(number)")
    let opener = Opener(executor: executor)
    return try await opener.open { () throws(PipelineError) in
      let (source, sink) = try transport.open(worker: number)
      return Worker(
        settings: settings, source: source, sink: sink, checkpointer: checkpointer,
        insightsChangelog: transport.insightsChangelog, executor: executor,
        meter: WorkerMeter(monitor, worker: number), logger: logger)
    }
  }

  private init(
    settings: WorkerSettings, source: sending any RecordSource, sink: any CommitSink,
    checkpointer: Checkpointer, insightsChangelog: (any ChangelogReader)?,
    executor: ThreadExecutor, meter: WorkerMeter, logger: Logger
  ) {
    self.settings = settings
    self.source = source
    self.sink = sink
    self.checkpointer = checkpointer
    self.insightsChangelog = insightsChangelog
    self.executor = executor
    self.meter = meter
    self.logger = logger
    committer = Committer(sink: sink, settings: settings.commit, meter: meter)
    nextCheckpoint = .now + settings.checkpointInterval
  }

  /// Works until `stop()`; then commits everything, saves a last checkpoint and leaves the group.
  package func run() async throws(PipelineError) {
    do {
      try await withThrowingDiscardingTaskGroup { children in
        children.addTask { [committer] in try await committer.run() }
        do {
          while !isStopping { try await turn(&children) }
          try await release(
            Array(intake.keys) + Array(journeys.keys) + Array(insights.keys)
              + Array(restoring.keys),
            children: &children)
          try source.close()
        } catch {
          for ticket in restoring.values { ticket.cancel() }
          // A failed commit cancels this task: then its failure is the one that counts.
          throw await committer.abandon(Worker.pipelineError(error))
        }
        await committer.close()
      }
      await sink.close()
    } catch {
      let reason = Worker.pipelineError(error)
      await giveUp()
      throw reason
    }
  }

  /// Asks `run()` to come to an orderly end.
  package func stop() {
    isStopping = true
  }

  /// One round: what the group did, records, upkeep.
  private func turn(_ children: inout Children) async throws {
    try Task.checkCancellation()
    if let restoreFailure { throw restoreFailure }
    while let signal = try source.nextSignal() { try await answer(signal, &children) }
    let handoffs = try read()
    if wasFull != isBehind {
      isBehind = wasFull
      await committer.setBehind(isBehind)
    }
    try await committer.submit(handoffs)
    try await maintain(&children)
    // Lets `stop`, `status` and finished restores in.
    await Task.yield()
  }

  /// Restores beside the loop. The group alone would tell the loop of a failure by failing its next
  /// commit, and a worker that has nothing else to do commits nothing.
  func addRestore(
    to children: inout Children, _ restore: @escaping @Sendable () async throws -> Void
  ) {
    children.addTask {
      do { try await restore() } catch { await self.note(restoreFailure: error) }
    }
  }

  private func note(restoreFailure error: any Error) {
    restoreFailure = restoreFailure ?? error
  }

  private func giveUp() async {
    do {
      try source.close()
    } catch {
      logger.debug("closing after a failure", metadata: ["reason": "\(error)"])
    }
    await sink.close()
    for partition in journeys.keys { await checkpointer.release(partition) }
    for partition in restoring.keys { await checkpointer.release(partition) }
  }

  private static func pipelineError(_ error: any Error) -> PipelineError {
    if let error = error as? PipelineError { return error }
    return .transport(operation: "worker", reason: "\(error)")
  }
}

/// Runs what has to block before there is a worker on the worker's thread.
private actor Opener {
  private let executor: ThreadExecutor

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  init(executor: ThreadExecutor) {
    self.executor = executor
  }

  func open(
    _ body: @Sendable () throws(PipelineError) -> Worker
  ) throws(PipelineError) -> Worker {
    try body()
  }
}
