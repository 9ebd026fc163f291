internal import Attribution

extension InsightsBoard {
  /// The state of things; looks at every row of the reports, so it is nothing for every fact.
  package var overview: InsightsOverview {
    var overview = InsightsOverview()
    var alerts = quality?.openAlerts(at: time) ?? []
    for funnel in funnels.compactMap({ $0 }) {
      alerts += funnel.watch.openAlerts(at: judgedTime)
      if overview.funnels.count < InsightsOverview.maximumFunnels {
        overview.funnels.append(funnel.watch.overview(at: judgedTime))
      } else {
        overview.moreFunnels += 1
      }
    }
    overview.alerts = Array(
      InsightsOverview.sorted(alerts).prefix(InsightsOverview.maximumAlerts))
    overview.moreAlerts = alerts.count - overview.alerts.count
    overview.closedAlerts = closedAlerts
    for report in reports.compactMap({ $0 }).prefix(InsightsOverview.maximumReports) {
      if let report = report.report.overview { overview.reports.append(report) }
    }
    return overview
  }
}

extension FunnelWatch {
  /// Alerts about what is wrong at `time`, as they would be said again then.
  func openAlerts(at time: EventTime) -> [Alert] {
    let occasion = occasion(at: time)
    return breakages.map { alert(about: $0, .updated, occasion) }
  }

  private func occasion(at time: EventTime) -> Occasion {
    let bin = time.milliseconds / binLength.milliseconds - 1
    return Occasion(
      bin: bin, time: EventTime(milliseconds: (bin + 1) * binLength.milliseconds),
      binLength: binLength, falseAlarms: falseAlarmsPerWeek / Double(transitions.count + 1),
      acceptLevelAfter: settings.acceptLevelAfter, renotify: settings.renotify)
  }

  func overview(at time: EventTime) -> InsightsOverview.Funnel {
    let last = time.milliseconds / binLength.milliseconds - 1
    let shown = min(outline.steps.count, InsightsOverview.maximumSteps)
    let recent = last - InsightsOverview.recentBins + 1
    var steps: [InsightsOverview.Step] = []
    for index in 0..<shown {
      var step = InsightsOverview.Step(name: outline.steps[index], reached: 0, history: [])
      if index == 0 {
        step.reached = transitions[0].total.judge.history.counts(since: recent).entered
      } else {
        let stream = transitions[index - 1].total
        let counts = stream.judge.history.counts(since: recent)
        step.reached = counts.observed
        step.ratio = FunnelWatch.ratio(counts)
        step.usualRate = stream.plainRate.value
        step.rate = step.ratio.map { $0 * stream.plainRate.value }
        step.history = FunnelWatch.history(of: stream, upTo: last)
      }
      steps.append(step)
    }
    return InsightsOverview.Funnel(
      name: outline.name, steps: steps, isYoung: isYoung,
      span: .init(milliseconds: InsightsOverview.recentBins * binLength.milliseconds))
  }

  private static func ratio(_ counts: BinHistory.Counts) -> Double? {
    counts.expected < InsightsOverview.fewestDue ? nil : counts.observed / counts.expected
  }

  private static func history(of stream: ConversionStream, upTo last: Int64) -> [Double?] {
    let (points, bins) = (Int64(InsightsOverview.historyPoints), InsightsOverview.binsPerPoint)
    // Points begin at whole multiples of their length: one that is past does not change any more.
    let end = (last / bins + 1) * bins
    return (0..<points).map { point in
      let start = end - (points - point) * bins
      return ratio(stream.judge.history.counts(in: start..<(start + bins)))
    }
  }
}

extension QualityWatch {
  /// Alerts about what is wrong at `time`, as they would be said again then.
  func openAlerts(at time: EventTime) -> [Alert] {
    let bin = time.milliseconds / QualityWatch.bin.milliseconds - 1
    let occasion = Occasion(
      bin: bin, time: EventTime(milliseconds: (bin + 1) * QualityWatch.bin.milliseconds),
      binLength: QualityWatch.bin, falseAlarms: falseAlarmsPerWeek,
      acceptLevelAfter: settings.acceptLevelAfter, renotify: settings.renotify)
    return Measure.allCases.compactMap { measure in
      watches[measure.rawValue].incident.map { alert(about: $0, .updated, measure, occasion) }
    }
  }
}

extension ChannelReport {
  /// What the channels did in the last window; `nil` if channels are not reported.
  fileprivate var overview: InsightsOverview.Report? {
    guard let dimension = shape.dimensions.firstIndex(of: "channel") else { return nil }
    let rows = rows(of: dimension)
    guard let window = rows.map(\.key.window).max() else { return nil }
    var channels: [String: InsightsOverview.Channel] = [:]
    for row in rows where row.key.window == window {
      // The same channel in several currencies.
      var channel =
        channels[row.key.value]
        ?? .init(name: row.key.value, conversions: 0, assisted: 0, lastTouch: 0)
      channel.conversions += row.conversions
      channel.assisted += row.assisted
      channel.lastTouch += row.lastTouch
      channels[row.key.value] = channel
    }
    let sorted = channels.values.sorted {
      ($1.conversions, $0.name) < ($0.conversions, $1.name)
    }
    return InsightsOverview.Report(
      conversion: shape.conversion, window: window,
      channels: Array(sorted.prefix(InsightsOverview.maximumChannels)))
  }
}
