package import Attribution

/// Everything a configuration says about insights.
package struct InsightsRules: Hashable, Sendable {
  package var funnels: [FunnelOutline]
  /// One for each conversion rule that is reported, or whose paths are learned from.
  package var reports: [ReportShape]
  package var alerts: AlertSettings
  /// How often changed reports are said.
  package var reportInterval = TimeSpan.minutes(1)
  /// The same of paths and cohorts.
  package var summaryInterval = TimeSpan.hours(1)
  /// How often what is too old is forgotten.
  package var forgetInterval = TimeSpan.hours(24)

  package init(
    funnels: [FunnelOutline] = [], reports: [ReportShape] = [],
    alerts: AlertSettings = AlertSettings()
  ) {
    self.funnels = funnels
    self.reports = reports
    self.alerts = alerts
  }

  /// False alarms per week of each funnel, and of data quality: the budget in equal parts.
  package var falseAlarmsPerSubject: Double {
    alerts.falseAlarmsPerWeek / Double(funnels.count + 1)
  }
}
