package import Logging

/// Starts the workers of this process, starts them again when they fail, and ends them in order.
package actor Supervisor {
  private var settings: WorkerSettings
  private let count: Int
  private let transport: any Transport
  private let provider: (any JourneyStoreProvider)?
  private let monitor: PipelineMonitor
  private let logger: Logger
  private var workers: [Int: Worker] = [:]
  private var isStopping = false

  /// How long a pause between two lives goes without looking whether to stop.
  private static let attention: Duration = .milliseconds(100)

  /// `provider` is `nil` where no local copy of the state is kept.
  package init(
    workers count: Int, settings: WorkerSettings, transport: any Transport,
    provider: (any JourneyStoreProvider)?, monitor: PipelineMonitor = PipelineMonitor(),
    logger: Logger
  ) {
    self.count = count
    self.settings = settings
    self.transport = transport
    self.provider = provider
    self.monitor = monitor
    self.logger = logger
  }

  /// Runs until `stop()`, or until a worker fails in a way that starting over cannot mend.
  package func run() async throws(PipelineError) {
    monitor.expect(workers: count)
    monitor.enter(isStopping ? .stopping : .running)
    do {
      try await withThrowingDiscardingTaskGroup { group in
        for number in 0..<count {
          group.addTask { try await self.keepRunning(number) }
        }
      }
    } catch let error as PipelineError {
      throw error
    } catch {
      throw .transport(operation: "supervising", reason: "\(error)")
    }
  }

  /// Ends every worker in order: what it has read is committed, its state saved.
  package func stop() async {
    isStopping = true
    monitor.enter(.stopping)
    for worker in workers.values { await worker.stop() }
  }

  /// Ends every worker in order and starts it again with other settings.
  package func reload(_ settings: WorkerSettings) async {
    self.settings = settings
    for worker in workers.values { await worker.stop() }
  }

  package func statuses() async -> [WorkerStatus] {
    var statuses: [WorkerStatus] = []
    for (_, worker) in workers.sorted(by: { $0.key < $1.key }) {
      statuses.append(await worker.status())
    }
    return statuses
  }

  /// Journeys held now.
  package func journeyCount() async -> Int {
    await statuses().flatMap(\.partitions).reduce(0) { $0 + $1.journeyCount }
  }

  /// What has been counted since the process began.
  package func totals() async -> WorkerTotals {
    while true {
      let before = monitor.ended
      var totals = before
      for status in await statuses() { totals.add(status) }
      // A worker that ended meanwhile may be in neither part, or in both.
      if before == monitor.ended { return totals }
    }
  }

  private func keepRunning(_ number: Int) async throws(PipelineError) {
    var policy = RestartPolicy()
    while !isStopping {
      let start = ContinuousClock.now
      do throws(PipelineError) {
        try await live(number)
      } catch {
        // Whatever fails while everything is being ended is not worth another life.
        if isStopping { throw error }
        switch policy.failed(with: error, after: ContinuousClock.now - start) {
        case .giveUp: throw error
        case .restart(let pause):
          monitor.failed(number, with: error)
          logger.warning(
            "worker failed; it starts over from its last commit",
            metadata: ["worker": "\(number)", "reason": "\(error)", "pause": "\(pause)"])
          await sleep(pause)
        }
      }
    }
  }

  /// One life of a worker, from opening to its orderly end.
  private func live(_ number: Int) async throws(PipelineError) {
    let logger = logger
    let checkpointer = Checkpointer(
      rules: settings.rules, journeysPartitions: settings.journeysPartitions,
      insights: settings.insights,
      changelog: transport.changelog, provider: provider, logger: logger)
    let worker = try await Worker.open(
      number: number, settings: settings, transport: transport, checkpointer: checkpointer,
      monitor: monitor, logger: logger)
    workers[number] = worker
    if isStopping { await worker.stop() }
    do throws(PipelineError) {
      try await worker.run()
    } catch {
      await end(worker, number)
      await checkpointer.close()
      throw error
    }
    await end(worker, number)
    await checkpointer.close()
  }

  private func end(_ worker: Worker, _ number: Int) async {
    monitor.ended(number, await worker.status())
    workers[number] = nil
  }

  private func sleep(_ pause: Duration) async {
    let clock = ContinuousClock()
    let end = clock.now + pause
    while !isStopping, clock.now < end {
      do {
        try await clock.sleep(for: min(Supervisor.attention, end - clock.now))
      } catch {
        return
      }
    }
  }
}
