import Formats
import Logging
import Pipeline
import Stages

/// Says once a minute what the workers have done: the daemon's sign of life in its log.
struct ProgressLog {
  let supervisor: Supervisor
  let logger: Logger

  private static let interval: Duration = .seconds(60)

  /// Goes on until cancelled.
  func run() async {
    while true {
      do {
        try await Task.sleep(for: ProgressLog.interval)
      } catch {
        return
      }
      report(await supervisor.totals(), held: await supervisor.journeyCount())
    }
  }

  private func report(_ totals: WorkerTotals, held: Int) {
    let (intake, journeys) = (totals.intake, totals.journeys)
    let rejected = intake.rejected.sorted { $0.key.rawValue < $1.key.rawValue }
      .map { "\($0.key.rawValue)=\($0.value)" }.joined(separator: " ")
    logger.info(
      "progress",
      metadata: [
        "records": "\(intake.records)", "forwarded": "\(intake.forwarded)",
        "screened": "\(intake.screened)", "dead_letters": "\(rejected)",
        "future_times": "\(intake.futureTimes)",
        "conversions": "\(journeys.conversions)", "revisions": "\(journeys.revisions)",
        "unattributed": "\(journeys.unattributed)", "duplicates": "\(journeys.duplicates)",
        "late": "\(journeys.late)", "too_late": "\(journeys.tooLate)",
        "expired": "\(journeys.expiredJourneys)", "journeys": "\(held)",
      ])
  }
}
