import Foundation

/// Runs blocking work on a thread of its own, as the actors of the daemon do.
///
/// A broker that waits for two members at once would wait for ever if both were polled by turns.
func onThread<Value: Sendable>(
  _ work: @escaping @Sendable () throws -> Value
) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    let thread = Thread { continuation.resume(with: Result { try work() }) }
    thread.start()
  }
}

/// Polls a condition until it holds; `false` if it does not within the patience of these tests.
func eventually(_ condition: () -> Bool) async throws -> Bool {
  let end = ContinuousClock.now + patience
  while ContinuousClock.now < end {
    if condition() { return true }
    try await Task.sleep(for: .milliseconds(10))
  }
  return condition()
}

/// The same, with something to do between the checks.
func eventually(while work: () throws -> Void, _ condition: () -> Bool) async throws -> Bool {
  let end = ContinuousClock.now + patience
  while ContinuousClock.now < end {
    if condition() { return true }
    try work()
    try await Task.sleep(for: .milliseconds(10))
  }
  return condition()
}
