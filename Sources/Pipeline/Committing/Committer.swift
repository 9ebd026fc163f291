/// Commits what the partitions of one worker hand over: continuous group commit.
///
/// While one transaction is under way, handoffs gather; the next transaction takes all of them.
/// Under low load a handoff commits at once, under high load transactions grow; with a backlog to
/// catch up with, even more so.
package actor Committer {
  /// Limits of the group commit.
  package struct Settings: Hashable, Sendable {
    /// The least time from the start of one transaction to the start of the next.
    package var minimumInterval: Duration = .milliseconds(5)
    /// The same while the worker is behind its log: nobody waits for the single record then, and
    /// a transaction costs the same with few records as with many.
    package var backlogInterval: Duration = .milliseconds(100)
    /// Batches that may wait; beyond it those who hand over wait. What is handed over of one partition
    /// at once is one batch, in however many pieces it comes.
    package var maximumPending = 64

    package init() {}
  }

  private let sink: any CommitSink
  private let settings: Settings
  private let meter: WorkerMeter
  private var pending: [Handoff] = []
  /// Batches in `pending`.
  private var pendingCount = 0
  /// When each of them came.
  private var pendingSince: [ContinuousClock.Instant] = []
  /// Handoffs accepted, and of these, committed: the second follows the first in order.
  private var accepted = 0
  private var committed = 0
  /// The worker has more to read than it can read at once.
  private var isBehind = false
  /// How many wait for a commit.
  private var commitWaiters = 0
  private var failure: PipelineError?
  private var isClosing = false
  /// Resumed whenever anything above has changed.
  private var waiters: [CheckedContinuation<Void, Never>] = []

  package init(
    sink: any CommitSink, settings: Settings, meter: WorkerMeter = WorkerMeter()
  ) {
    self.sink = sink
    self.settings = settings
    self.meter = meter
  }

  /// Takes over one handoff; waits while `maximumPending` are waiting. Returns its number, from 1,
  /// for `waitUntilCommitted`.
  @discardableResult
  package func submit(_ handoff: Handoff) async throws(PipelineError) -> Int {
    try await submit([handoff])
  }

  /// Takes over several, which commit as one. Returns the number of the last.
  @discardableResult
  package func submit(_ handoffs: [Handoff]) async throws(PipelineError) -> Int {
    guard !handoffs.isEmpty else { return accepted }
    while failure == nil, pendingCount >= settings.maximumPending { await change() }
    if let failure { throw failure }
    pending += handoffs
    pendingSince += repeatElement(.now, count: handoffs.count)
    pendingCount += Set(handoffs.map(\.partition)).count
    accepted += handoffs.count
    wake()
    return accepted
  }

  /// Waits until everything that was handed over before the call is committed.
  package func drain() async throws(PipelineError) {
    try await waitUntilCommitted(accepted)
  }

  /// Waits until the handoff with this number, and so all before it, is committed.
  package func waitUntilCommitted(_ number: Int) async throws(PipelineError) {
    commitWaiters += 1
    while failure == nil, committed < number { await change() }
    commitWaiters -= 1
    if let failure { throw failure }
  }

  /// Whether the worker is behind its log from now on.
  package func setBehind(_ isBehind: Bool) {
    self.isBehind = isBehind
  }

  /// Commits until `close()`; throws the first failure, which also reaches everybody who waits.
  package func run() async throws(PipelineError) {
    let clock = ContinuousClock()
    while true {
      while pending.isEmpty, !isClosing, failure == nil { await change() }
      if let failure { throw failure }
      guard !pending.isEmpty else { return }
      let start = clock.now
      let group = pending
      let accepted = pendingSince
      pending.removeAll()
      pendingCount = 0
      pendingSince.removeAll()
      wake()
      meter.beginCommit(at: start)
      do {
        try await sink.commit(group)
      } catch {
        failure = error
        wake()
        throw error
      }
      meter.committed(group, accepted: accepted, from: start, to: clock.now)
      committed += group.count
      wake()
      await pause(until: start + settings.minimumInterval, clock)
      while canGather, clock.now < start + settings.backlogInterval {
        await pause(until: clock.now + Committer.gatheringStep, clock)
      }
    }
  }

  /// How often a committer that gathers a backlog looks whether it still should.
  private static let gatheringStep = Duration.milliseconds(5)

  /// A larger transaction is worth waiting for, and nobody has to wait because of it.
  private var canGather: Bool {
    isBehind && commitWaiters == 0 && pendingCount < settings.maximumPending && failure == nil
      && !isClosing && !Task.isCancelled
  }

  /// Ends `run()` once nothing is pending.
  package func close() {
    isClosing = true
    wake()
  }

  /// Makes everybody who waits fail: the worker has given up. Returns what failed first.
  package func abandon(_ error: PipelineError) -> PipelineError {
    let first = failure ?? error
    failure = first
    wake()
    return first
  }

  private func pause(until instant: ContinuousClock.Instant, _ clock: ContinuousClock) async {
    guard clock.now < instant, !isClosing else { return }
    do {
      try await clock.sleep(until: instant, tolerance: .zero)
    } catch {
      // Cancelled: commit what is there without waiting.
      return
    }
  }

  private func change() async {
    await withCheckedContinuation { waiters.append($0) }
  }

  private func wake() {
    let woken = waiters
    waiters.removeAll()
    for waiter in woken { waiter.resume() }
  }
}
