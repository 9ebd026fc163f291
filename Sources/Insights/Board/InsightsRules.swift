package import Attribution

/// Everything a configuration says about insights.
package struct InsightsRules: Hashable, Sendable {
  package var funnels: [FunnelOutline]
  /// One for each conversion rule that is reported.
  package var reports: [ReportShape]
  package var alerts: AlertSettings
  /// How `data_driven` weights are found; `nil` if nobody asks for them.
  package var learner: CreditLearner?
  /// How often changed reports are said.
  package var reportInterval = TimeSpan.minutes(1)
  /// How often weights are learned anew.
  package var learnInterval = TimeSpan.hours(24)

  package init(
    funnels: [FunnelOutline] = [], reports: [ReportShape] = [],
    alerts: AlertSettings = AlertSettings(), learner: CreditLearner? = nil
  ) {
    self.funnels = funnels
    self.reports = reports
    self.alerts = alerts
    self.learner = learner
  }

  /// False alarms per week of each funnel, and of data quality: the budget in equal parts.
  package var falseAlarmsPerSubject: Double {
    alerts.falseAlarmsPerWeek / Double(funnels.count + 1)
  }
}
