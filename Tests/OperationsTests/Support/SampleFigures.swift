import Formats
import Operations
import Pipeline
import Stages

/// Figures as a daemon in the middle of its life would have them.
enum SampleFigures {
  static let now = ContinuousClock.now

  static func partition(
    _ topic: String, _ number: Int32, _ change: (inout WorkerStatus.Partition) -> Void = { _ in }
  ) -> WorkerStatus.Partition {
    var partition = WorkerStatus.Partition(LogPartition(topic, number))
    change(&partition)
    return partition
  }

  /// One worker at work with `partitions`.
  static func running(_ partitions: [WorkerStatus.Partition] = []) -> PipelineFigures {
    var figures = PipelineFigures()
    figures.phase = .running
    figures.expectedWorkers = 1
    figures.workers[0] = .init(
      WorkerStatus(hasAssignment: true, partitions: partitions), at: now)
    return figures
  }

  /// With something counted everywhere.
  static var busy: PipelineFigures {
    var intake = IntakeCounters()
    intake.records = 7
    intake.events = 6
    intake.forwarded = 3
    intake.rejected = [.invalidJSON: 2, .tooLarge: 1]
    intake.screenedBots = 1
    var journeys = JourneyCounters()
    journeys.events = 3
    journeys.conversions = 2
    journeys.tooLate = 1
    var figures = running([
      partition("events", 0) {
        $0.intake = intake
        $0.lag = 12
      },
      partition("app.journeys", 0) {
        $0.journeys = journeys
        $0.journeyCount = 5
        $0.lag = 1
      },
      partition("app.journeys", 1) {
        $0.isRestoring = true
        $0.restoredRecords = 40
      },
      partition("app.journeys", 2) {
        $0.journeys = journeys
        $0.replayRemaining = 9
      },
    ])
    figures.restarts = ["fenced": 2]
    figures.rebalances = [.assigned: 3]
    figures.committedRecords = [.conversions: 4, .deadLetters: 3]
    figures.committedBytes = 1_000
    figures.transactionLatency.record(.milliseconds(3))
    figures.transactionLatency.record(.seconds(2))
    figures.recordLatency[.intake, default: LatencyHistogram()].record(seconds: 0.02)
    return figures
  }
}
