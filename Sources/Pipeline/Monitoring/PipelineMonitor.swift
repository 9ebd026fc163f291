internal import Attribution
internal import Stages
internal import Synchronization

/// Where workers say what they do, to be read at any time without waiting for them.
///
/// A worker's thread may be blocked by a broker for half a minute, and that is when people look.
/// So nobody asks it: it reports, a few times a second and after each commit.
package final class PipelineMonitor: Sendable {
  private let state = Mutex(PipelineFigures())
  private let conversions = Mutex(RecentConversions())

  package init() {}

  /// The figures as of now.
  package var figures: PipelineFigures { state.withLock { $0 } }

  /// The last conversions as of now.
  package var recentConversions: RecentConversions { conversions.withLock { $0 } }

  fileprivate func keep(_ values: [[UInt8]]) {
    guard !values.isEmpty else { return }
    conversions.withLock { conversions in
      for value in values { conversions.add(value) }
    }
  }

  /// What the process is at from now on.
  package func enter(_ phase: PipelineFigures.Phase) {
    state.withLock { $0.phase = phase }
  }

  /// So many alerts wait for each receiver.
  package func owe(_ counts: [String: Int]) {
    state.withLock { $0.owedAlerts = counts }
  }

  func expect(workers: Int) {
    state.withLock { $0.expectedWorkers = workers }
  }

  /// What lives have counted that are over.
  var ended: WorkerTotals { state.withLock { $0.ended } }

  /// A life of `worker` has ended; its counters go on in the totals.
  package func ended(_ worker: Int, _ status: WorkerStatus) {
    state.withLock { figures in
      figures.ended.add(status)
      figures.workers[worker] = nil
    }
  }

  /// `worker` will start over because of `error`.
  package func failed(_ worker: Int, with error: PipelineError) {
    state.withLock { figures in
      figures.restarts[error.kind, default: 0] += 1
      figures.workers[worker] = PipelineFigures.WorkerLife(at: .now)
      figures.workers[worker]?.lastFailure = "\(error)"
    }
  }
}

/// One worker's way to the monitor.
package struct WorkerMeter: Sendable {
  let monitor: PipelineMonitor
  let worker: Int

  package init(_ monitor: PipelineMonitor = PipelineMonitor(), worker: Int = 0) {
    self.monitor = monitor
    self.worker = worker
  }

  /// How often a worker says what it does.
  static let interval: Duration = .milliseconds(250)

  package func report(_ status: WorkerStatus, at now: ContinuousClock.Instant) {
    monitor.update { figures in
      figures.workers[worker, default: .init(at: now)].status = status
      figures.workers[worker]?.reportedAt = now
    }
  }

  package func count(_ rebalance: PipelineFigures.Rebalance) {
    monitor.update { $0.rebalances[rebalance, default: 0] += 1 }
  }

  package func beginCommit(at now: ContinuousClock.Instant) {
    monitor.update { $0.workers[worker]?.committingSince = now }
  }

  /// `handoffs` were accepted at `accepted`, and are committed since `end`.
  package func committed(
    _ handoffs: [Handoff], accepted: [ContinuousClock.Instant], from start: ContinuousClock.Instant,
    to end: ContinuousClock.Instant
  ) {
    let now = WallClock.now
    var records = [Int](repeating: 0, count: OutgoingRecords.Destination.allCases.count)
    var bytes = 0
    for handoff in handoffs {
      for record in handoff.records.records { records[Int(record.destination.rawValue)] += 1 }
      bytes += handoff.records.bytes.count
    }
    monitor.keep(RecentConversions.newest(of: handoffs))
    monitor.update { figures in
      figures.workers[worker]?.committingSince = nil
      figures.transactionLatency.record(end - start)
      figures.committedBytes += bytes
      for destination in OutgoingRecords.Destination.allCases {
        figures.committedRecords[destination, default: 0] += records[Int(destination.rawValue)]
      }
      for (handoff, instant) in zip(handoffs, accepted) {
        figures.commitLatency.record(end - instant)
        guard let oldest = handoff.oldest, handoff.nextOffset != nil else { continue }
        let milliseconds = now.milliseconds - oldest.timestamp
        figures.recordLatency[oldest.stage, default: LatencyHistogram()]
          .record(seconds: Double(milliseconds) / 1_000)
      }
    }
  }
}

extension PipelineMonitor {
  fileprivate func update(_ body: (inout PipelineFigures) -> Void) {
    state.withLock { body(&$0) }
  }
}
