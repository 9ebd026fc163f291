internal import Foundation

/// Runs an actor's jobs, one after the other, on a thread of its own.
///
/// For actors that block: a poll, a transaction, a disk. On the shared pool they would hold up
/// everybody else. The thread ends when the executor is no longer used.
package final class ThreadExecutor: SerialExecutor {
  private let jobs: JobQueue

  package init(name: String) {
    let jobs = JobQueue()
    self.jobs = jobs
    let thread = Thread { [weak self] in
      while let job = jobs.next() {
        guard let self else { return }
        job.runSynchronously(on: self.asUnownedSerialExecutor())
      }
    }
    thread.name = name
    thread.start()
  }

  deinit {
    jobs.close()
  }

  package func enqueue(_ job: consuming ExecutorJob) {
    jobs.append(UnownedJob(job))
  }
}

/// The jobs of one executor in the order in which they came; a thread waits for the next.
private final class JobQueue: @unchecked Sendable {
  // Safety: every access to `waiting` and `isClosed` is made with `condition` locked.
  private let condition = NSCondition()
  private var waiting: [UnownedJob] = []
  private var isClosed = false

  func append(_ job: UnownedJob) {
    condition.lock()
    waiting.append(job)
    condition.signal()
    condition.unlock()
  }

  func close() {
    condition.lock()
    isClosed = true
    condition.signal()
    condition.unlock()
  }

  /// Blocks until there is a job; `nil` once closed.
  func next() -> UnownedJob? {
    condition.lock()
    defer { condition.unlock() }
    while waiting.isEmpty {
      if isClosed { return nil }
      condition.wait()
    }
    return waiting.removeFirst()
  }
}
