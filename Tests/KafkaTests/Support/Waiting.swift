import Foundation

/// Blocking work on a thread of its own, as the actors of the daemon do it; begins at once.
///
/// A broker that waits for two members at once would wait for ever if both were polled by turns.
final class Worker<Value: Sendable>: Sendable {
  private let result = Shared<Result<Value, any Error>?>(nil)

  init(_ work: @escaping @Sendable () throws -> Value) {
    let thread = Thread {
      let outcome = Result { try work() }
      self.result.withLock { $0 = outcome }
    }
    thread.start()
  }

  /// Waits for the end of the work.
  func finish() throws -> Value {
    guard try eventually({ result.withLock { $0 != nil } }),
      let outcome = result.withLock({ $0 })
    else { throw TimedOut() }
    return try outcome.get()
  }
}

/// A value behind a lock that the thread sanitizer knows; it does not see those of `Mutex`.
final class Shared<Value: Sendable>: @unchecked Sendable {
  // Safety: the value is only touched under the lock.
  private var value: Value
  private let lock = NSLock()

  init(_ value: Value) { self.value = value }

  func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
    lock.withLock { body(&value) }
  }
}

/// A wait in a test that came to nothing.
struct TimedOut: Error {}

/// Checks a condition until it holds; `false` if it does not within the patience of these tests.
func eventually(
  while work: () throws -> Void = {}, _ condition: () -> Bool
) rethrows -> Bool {
  let end = ContinuousClock.now + patience
  while ContinuousClock.now < end {
    if condition() { return true }
    try work()
    waitIdly(for: .milliseconds(10))
  }
  return condition()
}

/// Does nothing on the current thread: only between two checks of a condition, and for tests of what
/// happens when nothing happens.
func waitIdly(for duration: Duration) {
  Thread.sleep(forTimeInterval: duration / .seconds(1))
}
