package import Pipeline

/// Whether the daemon is alive and whether it does its work, and if not, why not.
package struct HealthReport: Hashable, Sendable {
  /// What is stuck: starting the process again may help. Empty while it is alive.
  package private(set) var failures: [String] = []
  /// What keeps it from working. Empty while it is ready.
  package private(set) var obstacles: [String] = []

  package var isAlive: Bool { failures.isEmpty }
  package var isReady: Bool { obstacles.isEmpty }

  /// A worker that has said nothing for so long is stuck: whatever it may wait for has given up
  /// before, and has failed it.
  package static let longestSilence: Duration = .seconds(180)
  /// A worker reports several times a second; a broker that does not answer holds it up.
  package static let unusualSilence: Duration = .seconds(15)
  /// A transaction takes milliseconds; brokers that are not well make it longer.
  package static let unusualCommit: Duration = .seconds(15)

  package init(_ figures: PipelineFigures, at now: ContinuousClock.Instant) {
    switch figures.phase {
    case .preparing(let obstacle): obstacles.append(obstacle ?? "the daemon is starting")
    case .stopping: obstacles.append("the daemon is stopping")
    case .running: break
    }
    guard figures.phase == .running else { return }
    for number in 0..<figures.expectedWorkers {
      guard let life = figures.workers[number] else {
        obstacles.append("worker \(number) is starting")
        continue
      }
      look(at: life, of: number, now)
    }
  }

  private mutating func look(
    at life: PipelineFigures.WorkerLife, of number: Int, _ now: ContinuousClock.Instant
  ) {
    guard let status = life.status else {
      obstacles.append(
        "worker \(number) starts over" + (life.lastFailure.map { ": \($0)" } ?? ""))
      return
    }
    let silence = now - life.reportedAt
    if silence > HealthReport.unusualSilence {
      let sentence = "worker \(number) has said nothing for \(silence.components.seconds) s"
      obstacles.append(sentence)
      if silence > HealthReport.longestSilence { failures.append(sentence) }
    }
    if let start = life.committingSince, now - start > HealthReport.unusualCommit {
      obstacles.append(
        "worker \(number) has been committing for \((now - start).components.seconds) s")
    }
    if !status.hasAssignment {
      obstacles.append("worker \(number) waits for the group to assign partitions")
    }
    let restoring = status.partitions.filter(\.isRestoring)
    if !restoring.isEmpty {
      obstacles.append("worker \(number) restores \(list(restoring))")
    }
    let replaying = status.partitions.filter { $0.replayRemaining > 0 }
    if !replaying.isEmpty {
      let records = replaying.reduce(0) { $0 + $1.replayRemaining }
      obstacles.append("worker \(number) reads \(records) records of \(list(replaying)) again")
    }
  }

  /// Partitions that a sentence names; the others are counted.
  private static let named = 5

  private func list(_ partitions: [WorkerStatus.Partition]) -> String {
    let names = partitions.prefix(HealthReport.named).map { "\($0.partition)" }
    let others = partitions.count - names.count
    return names.joined(separator: ", ") + (others > 0 ? " and \(others) others" : "")
  }
}
