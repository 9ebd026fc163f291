/// Decides what follows the failure of a worker. It performs nothing itself.
package struct RestartPolicy: Sendable {
  package enum Decision: Hashable, Sendable {
    case restart(after: Duration)
    /// Starting over cannot help, or has not: the process ends.
    case giveUp
  }

  /// The first pause; it doubles with every failure in a row.
  package var firstPause: Duration = .milliseconds(250)
  package var longestPause: Duration = .seconds(30)
  /// A worker that ran this long was healthy: its failure is the first in a row.
  package var healthyAfter: Duration = .seconds(60)
  /// Being shut out this often in a row means that another process has the same instance id. Once
  /// or twice is what a broker does that thought this process dead.
  package var maximumFencings = 5

  private var failures = 0
  private var fencings = 0

  package init() {}

  /// What to do about `error`, which ended a worker that had run for `lifetime`.
  package mutating func failed(with error: PipelineError, after lifetime: Duration) -> Decision {
    guard error.isRetriable else { return .giveUp }
    if lifetime >= healthyAfter {
      failures = 0
      fencings = 0
    }
    if case .fenced = error {
      fencings += 1
      if fencings >= maximumFencings { return .giveUp }
    }
    var pause = firstPause
    for _ in 0..<min(failures, 16) { pause = min(pause * 2, longestPause) }
    failures += 1
    return .restart(after: pause)
  }
}
