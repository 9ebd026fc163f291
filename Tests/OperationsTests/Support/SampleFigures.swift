import Attribution
import Formats
import Operations
import Pipeline
import Stages

@testable import Insights

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

  /// A funnel whose names are markup, and an alert about it.
  static var overview: InsightsOverview {
    var overview = InsightsOverview()
    var step = InsightsOverview.Step(name: "<b>order", reached: 40, history: [nil, 1.004, 0.5])
    (step.ratio, step.rate, step.usualRate) = (0.5, 0.4, 0.8)
    overview.funnels = [
      .init(
        name: "<script>", steps: [.init(name: "cart", reached: 100, history: []), step],
        isYoung: false, span: .hours(1))
    ]
    overview.alerts = [alert]
    var closed = alert
    closed.status = .resolved
    overview.closedAlerts = [closed]
    overview.reports = [
      .init(
        conversion: "purchase", window: .distantPast,
        channels: [.init(name: "Email", conversions: 5, assisted: 3, lastTouch: 2)])
    ]
    return overview
  }

  static var alert: Alert {
    var alert = Alert(
      id: "<script>/cart→<b>order/conversion_drop", status: .firing, severity: .critical,
      kind: .conversionDrop, subject: "<script>", step: "cart", nextStep: "<b>order",
      startedAt: EventTime(milliseconds: 1_772_700_720_000),
      detectedAt: EventTime(milliseconds: 1_772_700_960_000),
      updatedAt: EventTime(milliseconds: 1_772_700_960_000),
      observed: .init(entered: 100, completed: 40, rate: 0.4),
      expected: .init(completed: 80, rate: 0.8, low: 0.7, high: 0.9),
      impact: .init(
        lostConversions: 40.04, lostPerHour: 600, lostValue: 1_234.567, currency: "EUR"),
      evidence: 14, falseAlarmsPerWeek: 0.5,
      suspects: [.init(.init("os", "iOS"), share: 0.97)],
      summary: "<script>: cart → <b>order fell from 80 % to 40 %.")
    alert.also = [
      .init(
        step: "<i>product", nextStep: "cart", kind: .slowStep,
        impact: .init(lostConversions: 4, lostPerHour: 60))
    ]
    return alert
  }

  /// With something counted everywhere.
  static var busy: PipelineFigures {
    var intake = IntakeCounters()
    intake.records = 7
    intake.events = 6
    intake.forwarded = 3
    intake.rejected = [.invalidJSON: 2, .tooLarge: 1]
    intake.screenedBots = 1
    intake.strippedConversions = ["purchase": 1]
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
        $0.journeyBytes = 4_000
        $0.lag = 1
      },
      partition("app.journeys", 1) {
        $0.isRestoring = true
        $0.restoredRecords = 40
      },
      partition("app.insights", 0) {
        $0.overview = overview
      },
      partition("app.journeys", 2) {
        $0.journeys = journeys
        $0.replayRemaining = 9
      },
    ])
    figures.restarts = ["fenced": 2]
    figures.rebalances = [.assigned: 3]
    figures.owedAlerts = ["alertmanager": 0, "pagerduty": 2]
    figures.committedRecords = [.conversions: 4, .deadLetters: 3]
    figures.committedBytes = 1_000
    figures.transactionLatency.record(.milliseconds(3))
    figures.transactionLatency.record(.seconds(2))
    figures.recordLatency[.intake, default: LatencyHistogram()].record(seconds: 0.02)
    return figures
  }
}
