package import Attribution

/// Everything that is watched and counted for one partition of the insights log.
///
/// A subject is here from its first fact on. All facts of a subject are in one partition, so it is
/// judged in one place, whatever the number of partitions.
package struct InsightsBoard: Sendable {
  /// What there is to say.
  package enum Effect: Hashable, Sendable {
    case alert(Alert)
    /// Name of the funnel, and a row of its report.
    case funnel(String, FunnelReport.Row)
    /// Name of the conversion rule, and a row of its report.
    case report(String, ReportRow)
    /// Name of the conversion rule, and its paths of one period.
    case paths(String, PathReport)
    /// Name of the conversion rule, and a cohort.
    case cohort(String, CohortTable.Row)
    /// Name of the conversion rule, and the weights that its paths gave.
    case weights(String, DataDrivenModel.Weights)
  }

  struct Funnel {
    var watch: FunnelWatch
    var report: FunnelReport
  }

  struct Report {
    var report: ChannelReport
    var cohorts = CohortTable()
    var paths = PathHistory()
    /// Of the weights that were said last.
    var version = 0

    mutating func record(_ conversion: ReportedConversion) {
      let change = report.record(conversion)
      if let before = change.before { count(before, sign: -1) }
      if let now = change.now { count(now, sign: 1) }
    }

    private mutating func count(_ conversion: ReportedConversion, sign: Int) {
      if let acquired = conversion.acquired {
        cohorts.convert(
          acquired: acquired, at: conversion.time, value: conversion.value,
          currency: conversion.currency, count: sign)
      }
      let channel = report.shape.pathValue
      paths.add(
        conversion: conversion.touches.map { $0.values[channel] }, at: conversion.time,
        after: conversion.lag, count: sign)
    }
  }

  package let rules: InsightsRules
  /// Never goes back.
  package internal(set) var time = EventTime.distantPast
  /// The time up to which funnels have been judged: what counts to them may be held back, and nothing
  /// else is.
  package internal(set) var judgedTime = EventTime.distantPast
  /// The last alerts that were resolved, the newest first; none from before a restart.
  private(set) var closedAlerts: [Alert] = []
  /// Facts about what the rules do not know (any more), or know in another shape.
  package internal(set) var unknownFacts = 0

  /// In the order of the rules; `nil` for what no fact has come about.
  var funnels: [Funnel?]
  var reports: [Report?]
  var quality: QualityWatch?

  package init(rules: InsightsRules) {
    self.rules = rules
    funnels = rules.funnels.map { _ in nil }
    reports = rules.reports.map { _ in nil }
  }

  /// Takes in a fact, for reports and for whatever is watched. What there is to say about it comes
  /// with `advance(to:)`.
  package mutating func record(_ fact: InsightsFact) {
    report(fact)
    if case .funnel(let name, let fact) = fact { watch(fact, ofFunnel: name) }
  }

  /// Lets the watch of a funnel take in a fact that was reported; `isLate` says that it comes long
  /// after its time because something is read long after the rest.
  package mutating func watch(_ fact: FunnelFact, ofFunnel name: String, isLate: Bool = false) {
    guard let index = rules.funnels.firstIndex(where: { $0.name == name }),
      fact.fits(rules.funnels[index])
    else { return }
    if funnels[index] == nil { funnels[index] = newFunnel(index) }
    if isLate {
      funnels[index]?.watch.recordLate(fact)
    } else {
      funnels[index]?.watch.record(fact)
    }
  }

  /// Takes in a fact, but lets no funnel's watch know of it yet.
  package mutating func report(_ fact: InsightsFact) {
    switch fact {
    case .funnel(let name, let fact):
      guard let index = rules.funnels.firstIndex(where: { $0.name == name }),
        fact.fits(rules.funnels[index])
      else { return unknownFacts += 1 }
      if funnels[index] == nil { funnels[index] = newFunnel(index) }
      funnels[index]?.report.record(fact)
    case .quality(let count):
      if quality == nil { quality = newQuality() }
      quality?.record(count)
    case .conversion(let name, let conversion):
      let shape = rules.reports.first { $0.conversion == name }
      guard let shape, conversion.fits(shape) else { return unknownFacts += 1 }
      update(name) { $0.record(conversion) }
    case .spend(let name, let spend):
      update(name) { $0.report.record(spend) }
    case .departure(let name, let departure):
      update(name) { $0.paths.add(departure: departure.channels, at: departure.time) }
    case .acquired(let name, let time, let count):
      update(name) { $0.cohorts.acquire(at: time, count: count) }
    }
  }

  private mutating func update(_ name: String, _ change: (inout Report) -> Void) {
    guard let index = rules.reports.firstIndex(where: { $0.conversion == name }) else {
      return unknownFacts += 1
    }
    var report = reports[index].take() ?? newReport(index)
    change(&report)
    reports[index] = consume report
  }

  func newFunnel(_ index: Int) -> Funnel {
    var funnel = Funnel(
      watch: FunnelWatch(
        outline: rules.funnels[index], settings: rules.alerts,
        falseAlarmsPerWeek: rules.falseAlarmsPerSubject),
      report: FunnelReport(outline: rules.funnels[index]))
    _ = funnel.watch.advance(to: judgedTime)
    return funnel
  }

  func newQuality() -> QualityWatch {
    var watch = QualityWatch(
      settings: rules.alerts, falseAlarmsPerWeek: rules.falseAlarmsPerSubject)
    _ = watch.advance(to: time)
    return watch
  }

  func newReport(_ index: Int) -> Report {
    Report(report: ChannelReport(shape: rules.reports[index]))
  }

  /// Cohorts of a conversion rule; `nil` as long as nothing is known of it.
  package func cohorts(of conversion: String) -> CohortTable? {
    rules.reports.firstIndex { $0.conversion == conversion }.flatMap { reports[$0]?.cohorts }
  }

  /// The paths with the most conversions of a rule.
  package func topPaths(
    of conversion: String, count: Int
  ) -> [(path: [String], conversions: Int)] {
    rules.reports.firstIndex { $0.conversion == conversion }
      .flatMap { reports[$0]?.paths.merged().top(count) } ?? []
  }

  /// Moves time on, with or without facts. Returns what there is to say: alerts first, in the order
  /// of the rules, then reports and weights whose interval has passed.
  package mutating func advance(to now: EventTime) -> [Effect] {
    let alerts = judge(until: now)
    return alerts + advanceReports(to: now)
  }

  /// Moves the time of funnels on, and returns what there is to say about them.
  package mutating func judge(until now: EventTime) -> [Effect] {
    guard now > judgedTime else { return [] }
    judgedTime = now
    var effects: [Effect] = []
    for index in funnels.indices {
      effects += say(funnels[index]?.watch.advance(to: now) ?? [])
    }
    return effects
  }

  private mutating func say(_ alerts: [Alert]) -> [Effect] {
    for alert in alerts where alert.status == .resolved {
      closedAlerts.insert(alert, at: 0)
      if closedAlerts.count > InsightsOverview.maximumClosedAlerts { closedAlerts.removeLast() }
    }
    return alerts.map { .alert($0) }
  }

  /// Moves the time of everything else on.
  package mutating func advanceReports(to now: EventTime) -> [Effect] {
    guard now > time else { return [] }
    let before = time
    time = now
    var effects: [Effect] = []
    effects += say(quality?.advance(to: now) ?? [])
    if hasPassed(rules.reportInterval, since: before) { effects += changedRows() }
    if hasPassed(rules.summaryInterval, since: before) { effects += changedSummaries() }
    if hasPassed(rules.forgetInterval, since: before) {
      for index in funnels.indices { funnels[index]?.report.advance(to: now) }
      for index in reports.indices { reports[index]?.report.advance(to: now) }
    }
    return effects + newWeights(since: before)
  }

  /// Whether a whole multiple of `interval` lies between `before` and now.
  private func hasPassed(_ interval: TimeSpan, since before: EventTime) -> Bool {
    time.milliseconds / interval.milliseconds > before.milliseconds / interval.milliseconds
  }

  private mutating func changedRows() -> [Effect] {
    var effects: [Effect] = []
    for (index, outline) in rules.funnels.enumerated() {
      effects += (funnels[index]?.report.takeChanges() ?? []).map { .funnel(outline.name, $0) }
    }
    for (index, shape) in rules.reports.enumerated() {
      effects += (reports[index]?.report.takeChanges() ?? []).map {
        .report(shape.conversion, $0)
      }
    }
    return effects
  }

  /// Paths and cohorts, of which there is more to say than of a row.
  private mutating func changedSummaries() -> [Effect] {
    var effects: [Effect] = []
    for (index, shape) in rules.reports.enumerated() where shape.isReported {
      effects += (reports[index]?.paths.takeChanges() ?? []).map { .paths(shape.conversion, $0) }
      effects += (reports[index]?.cohorts.takeChanges() ?? []).map {
        .cohort(shape.conversion, $0)
      }
    }
    return effects
  }

  /// Weights of those who have waited as long as they want to.
  private mutating func newWeights(since before: EventTime) -> [Effect] {
    var effects: [Effect] = []
    for (index, shape) in rules.reports.enumerated() {
      guard let learner = shape.learner, hasPassed(learner.interval, since: before),
        let report = reports[index],
        let weights = learner.weights(
          from: report.paths.merged(), version: report.version + 1)
      else { continue }
      reports[index]?.version += 1
      effects.append(.weights(shape.conversion, weights))
    }
    return effects
  }

  /// At the end of input: says everything that would have been said by and by.
  package mutating func finish() -> [Effect] {
    changedRows() + changedSummaries() + newWeights(since: .distantPast)
  }
}
