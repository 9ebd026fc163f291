internal import Formats
internal import Insights
package import Pipeline
internal import Stages

/// Everything that is measured, as metrics. What each means to an operator is in
/// `Deploy/handbook/operating.md`, which tests hold to this.
package struct MetricsReport: Sendable {
  typealias Label = MetricFamily.Label

  let figures: PipelineFigures
  let overview: InsightsOverview?
  let health: HealthReport
  let process: ProcessFigures
  let version: String
  /// Seconds since 1970 at which the process began.
  let startSeconds: Double

  package init(
    _ figures: PipelineFigures, health: HealthReport, process: ProcessFigures, version: String,
    startSeconds: Double
  ) {
    self.figures = figures
    overview = figures.overview
    self.health = health
    self.process = process
    self.version = version
    self.startSeconds = startSeconds
  }

  package var families: [MetricFamily] {
    records + consent + conversions + identity + insights + commits + partitions + workers
      + processFamilies
  }

  private var records: [MetricFamily] {
    let (intake, journeys) = (figures.totals.intake, figures.totals.journeys)
    let insights = figures.totals.insights
    var letters = MetricFamily(
      "afterclick_dead_letters_total", .counter, "Records and events that could not be read.")
    for (code, count) in intake.rejected.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      letters = letters.adding(count, Label("stage", "intake"), Label("reason", code.rawValue))
    }
    letters = letters.adding(
      journeys.malformed, Label("stage", "journeys"), Label("reason", "malformed_internal_record")
    ).adding(
      insights.malformed, Label("stage", "insights"), Label("reason", "malformed_internal_record"))
    return [
      MetricFamily("afterclick_records_consumed_total", .counter, "Records read, by stage.")
        .adding(intake.records, Label("stage", "intake"))
        .adding(journeys.events, Label("stage", "journeys"))
        .adding(insights.records, Label("stage", "insights")),
      MetricFamily("afterclick_events_total", .counter, "Events decoded from the inputs.")
        .adding(intake.events),
      MetricFamily(
        "afterclick_events_forwarded_total", .counter, "Events that some rule needed."
      ).adding(intake.forwarded),
      MetricFamily("afterclick_events_unmatched_total", .counter, "Events that no rule needed.")
        .adding(intake.unmatched),
      MetricFamily(
        "afterclick_events_screened_total", .counter,
        "Events that a rule would have needed, left out because no person caused them."
      )
      .adding(intake.screenedBots, Label("reason", "bot"))
      .adding(intake.screenedPrefetches, Label("reason", "prefetch"))
      .adding(intake.screenedByRule, Label("reason", "rule")),
      MetricFamily(
        "afterclick_events_future_total", .counter,
        "Events from the future, given the time they were received."
      ).adding(intake.futureTimes),
      MetricFamily(
        "afterclick_spend_records_total", .counter, "Events that said what was spent."
      ).adding(intake.spend),
      MetricFamily(
        "afterclick_events_duplicate_total", .counter, "Events that had been applied before."
      ).adding(journeys.duplicates),
      MetricFamily(
        "afterclick_events_late_total", .counter,
        "Events behind stream time by more than late.accept; they were applied."
      ).adding(journeys.late),
      MetricFamily(
        "afterclick_events_dropped_total", .counter, "Events not applied as they should have been."
      ).adding(journeys.tooLate, Label("reason", "too_late")),
      letters,
    ]
  }

  private var conversions: [MetricFamily] {
    let journeys = figures.totals.journeys
    let held = figures.partitions.reduce(0) { $0 + $1.journeyCount }
    return [
      MetricFamily("afterclick_conversions_total", .counter, "Conversions, first revisions.")
        .adding(journeys.conversions),
      MetricFamily(
        "afterclick_conversions_unattributed_total", .counter,
        "Of these, with no touchpoint on their path."
      ).adding(journeys.unattributed),
      MetricFamily(
        "afterclick_conversion_revisions_total", .counter,
        "Later revisions of conversions, retractions included."
      ).adding(journeys.revisions),
      MetricFamily(
        "afterclick_conversion_reports_repeated_total", .counter,
        "Reports that repeated a known conversion."
      ).adding(journeys.repeatedReports),
      MetricFamily(
        "afterclick_conversion_reports_unknown_total", .counter,
        "Reports for rules that the configuration does not have."
      ).adding(journeys.unknownReports),
      MetricFamily(
        "afterclick_conversion_adjustments_total", .counter, "Adjustments of conversions."
      ).adding(journeys.adjustments),
      MetricFamily(
        "afterclick_touchpoints_dropped_total", .counter,
        "Touchpoints given up because a journey was full."
      ).adding(journeys.touchpointsOverLimit),
      MetricFamily(
        "afterclick_journeys_expired_total", .counter, "Journeys dropped because they were idle."
      ).adding(journeys.expiredJourneys),
      MetricFamily("afterclick_journeys", .gauge, "Journeys held.").adding(held),
      MetricFamily(
        "afterclick_journeys_bytes", .gauge, "Memory that journeys take, estimated from a sample."
      ).adding(figures.partitions.reduce(0) { $0 + $1.journeyBytes }),
    ]
  }

  private var insights: [MetricFamily] {
    let insights = figures.totals.insights
    return [
      MetricFamily(
        "afterclick_funnel_events_dropped_total", .counter,
        "Events of funnels given up because a journey was full."
      ).adding(figures.totals.journeys.funnelEventsOverLimit),
      MetricFamily(
        "afterclick_insights_facts_total", .counter,
        "What people did, as funnels and reports count it."
      ).adding(insights.facts),
      MetricFamily(
        "afterclick_insights_facts_unknown_total", .counter,
        "Of these, about funnels or rules that the configuration does not have, or not like that."
      ).adding(insights.unknownFacts),
      MetricFamily(
        "afterclick_alert_changes_total", .counter, "Alerts raised, changed and resolved."
      ).adding(insights.alerts),
      openAlerts, funnelRatios,
      MetricFamily(
        "afterclick_report_rows_total", .counter, "Rows of reports written, as they changed."
      ).adding(insights.reportRows),
      MetricFamily(
        "afterclick_model_updates_total", .counter, "Sets of data-driven weights published."
      ).adding(insights.weights),
    ]
  }

  /// Zeros too, so that it can be seen when one is over; nothing where nothing is watched.
  private var openAlerts: MetricFamily {
    var family = MetricFamily(
      "afterclick_alerts_open", .gauge, "Alerts that are firing, of what this instance watches.")
    guard let overview else { return family }
    for kind in Alert.Kind.allCases {
      for severity in [Alert.Severity.info, .warning, .critical] {
        let count = overview.alerts.count { $0.kind == kind && $0.severity == severity }
        family = family.adding(
          count, Label("severity", severity.name), Label("kind", kind.rawValue))
      }
    }
    return family
  }

  private var funnelRatios: MetricFamily {
    var family = MetricFamily(
      "afterclick_funnel_step_ratio", .gauge,
      "Of those expected to reach the step by now, how many did, in the last hour.")
    for funnel in overview?.funnels ?? [] {
      for step in funnel.steps {
        guard let ratio = step.ratio else { continue }
        family = family.adding(ratio, Label("funnel", funnel.name), Label("step", step.name))
      }
    }
    return family
  }

  private var commits: [MetricFamily] {
    var records = MetricFamily(
      "afterclick_records_committed_total", .counter, "Records written, by what they are.")
    for destination in OutgoingRecords.Destination.allCases {
      records = records.adding(
        figures.committedRecords[destination] ?? 0, Label("destination", destination.metricName))
    }
    var latency = MetricFamily(
      "afterclick_record_latency_seconds", .histogram,
      "From a record's time in its log to the commit of what followed, oldest record of a batch.")
    for stage in Handoff.Stage.allCases {
      latency = latency.adding(
        figures.recordLatency[stage] ?? LatencyHistogram(), Label("stage", stage.rawValue))
    }
    return [
      records,
      MetricFamily(
        "afterclick_bytes_committed_total", .counter, "Bytes of keys and values written."
      ).adding(figures.committedBytes),
      latency,
      MetricFamily(
        "afterclick_commit_latency_seconds", .histogram,
        "From handing results over to the end of the transaction that has them."
      ).adding(figures.commitLatency),
      MetricFamily(
        "afterclick_transaction_duration_seconds", .histogram, "Transactions that were committed."
      ).adding(figures.transactionLatency),
    ]
  }
}

extension OutgoingRecords.Destination {
  /// As metrics say it: never rename.
  fileprivate var metricName: String {
    switch self {
    case .journeys: "journeys"
    case .conversions: "conversions"
    case .deadLetters: "dead_letters"
    case .changelog: "changelog"
    case .audits: "erasures"
    case .insights: "insights"
    case .insightsChangelog: "insights_changelog"
    case .alerts: "alerts"
    case .reports: "reports"
    case .models: "models"
    }
  }
}
