import Foundation

/// Something that should have come about and did not.
struct WaitedTooLong: Error, CustomStringConvertible {
  let what: String
  let patience: Duration

  var description: String { "after \(patience) still not: \(what)" }
}

/// Runs blocking work on a thread of its own.
func onThread<Value: Sendable>(
  _ work: @escaping @Sendable () throws -> Value
) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    let thread = Thread { continuation.resume(with: Result { try work() }) }
    thread.start()
  }
}

/// Polls until `condition` gives a value; throws, naming `what`, if it does not within `patience`.
@discardableResult
func wait<Value>(
  for what: String, patience: Duration = patience, every interval: Duration = .milliseconds(20),
  _ condition: () async throws -> Value?
) async throws -> Value {
  let end = ContinuousClock.now + patience
  while true {
    if let value = try await condition() { return value }
    guard ContinuousClock.now < end else { throw WaitedTooLong(what: what, patience: patience) }
    try await Task.sleep(for: interval)
  }
}

extension Duration {
  /// For reports.
  var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}
