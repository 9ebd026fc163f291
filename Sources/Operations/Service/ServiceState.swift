package import Pipeline

/// Decides what the service manager is told: that the daemon has begun, that it is alive, how it is.
package struct ServiceState: Sendable {
  /// Bytes of a status at most; the manager shows one line.
  package static let maximumStatus = 256

  private var hasBegun = false
  private var isStopping = false
  private var lastStatus = ""

  package init() {}

  /// Lines in the service manager's protocol for `figures`; `isWatched` if it wants to hear
  /// regularly that the daemon is alive.
  ///
  /// The daemon has begun as soon as it knows whether brokers answer. If they do not, it waits for
  /// them as a service that runs: nothing that starts after it has to wait too.
  package mutating func lines(
    _ figures: PipelineFigures, isWatched: Bool, at now: ContinuousClock.Instant
  ) -> [String] {
    var lines: [String] = []
    if figures.phase == .stopping, !isStopping {
      isStopping = true
      lines.append("STOPPING=1")
    }
    if figures.phase != .preparing(obstacle: nil), !hasBegun {
      hasBegun = true
      lines.append("READY=1")
    }
    let health = HealthReport(figures, at: now)
    if isWatched, health.isAlive { lines.append("WATCHDOG=1") }
    let status = ServiceState.status(health, figures)
    if status != lastStatus {
      lastStatus = status
      lines.append("STATUS=\(status)")
    }
    return lines
  }

  private static func status(_ health: HealthReport, _ figures: PipelineFigures) -> String {
    let text =
      health.isReady
      ? "working on \(figures.partitions.count) partitions"
      : health.obstacles.joined(separator: "; ")
    // A line break would begin another message.
    var line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    while line.utf8.count > maximumStatus { line.removeLast() }
    return line
  }
}
