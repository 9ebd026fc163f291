internal import Attribution

extension FunnelWatch {
  func alert(
    about incident: Incident, _ change: Incident.Change, ofTransition index: Int,
    _ occasion: Occasion
  ) -> Alert {
    let transition = transitions[index]
    let segment = incident.firstPlace.map { self.segment(at: $0, of: transition) }
    let stream =
      incident.explanation.cells.isEmpty && incident.explanation.places.count == 1
      ? self.stream(at: incident.explanation.places[0], of: transition) : transition.total
    var id = "\(outline.name)/\(outline.steps[index])→\(outline.steps[index + 1])"
    if let segment { id += "/\(segment.dimension)=\(segment.value)" }
    var alert = Alert(
      incident, change, id: "\(id)/\(incident.firstKind.rawValue)", subject: outline.name,
      usualRate: incident.usualRate(in: stream),
      dispersion: stream.judge.dispersion(near: incident.ratio), occasion,
      falseAlarmsPerWeek: settings.falseAlarmsPerWeek)
    alert.step = outline.steps[index]
    alert.nextStep = outline.steps[index + 1]
    alert.segment = segment
    alert.suspects = suspects(incident.explanation, of: transition)
    if transition.total.worth.value > 0 {
      alert.impact.lostValue = alert.impact.lostConversions * transition.total.worth.value
      alert.impact.currency = lastCurrency
    }
    alert.summary = AlertSentence.text(for: alert)
    return alert
  }

  func alert(
    about incident: Incident, _ change: Incident.Change, ofVolumeAt step: Int,
    _ occasion: Occasion
  ) -> Alert {
    let watch = volumes[step]
    var alert = Alert(
      incident, change,
      id: "\(outline.name)/\(outline.steps[step])/\(incident.firstKind.rawValue)",
      subject: outline.name, usualRate: watch.level.value,
      dispersion: watch.judge.dispersion(near: incident.ratio), occasion,
      falseAlarmsPerWeek: settings.falseAlarmsPerWeek)
    alert.step = outline.steps[step]
    alert.summary = AlertSentence.text(for: alert)
    return alert
  }

  private func suspects(
    _ explanation: Explanation, of transition: TransitionWatch
  ) -> [Alert.Suspect] {
    guard !explanation.cells.isEmpty else {
      return zip(explanation.places, explanation.shares).map {
        Alert.Suspect(segment(at: $0, of: transition), share: $1)
      }
    }
    return zip(explanation.cells, explanation.shares).map { cell, share in
      Alert.Suspect(
        segment(at: cell.first, of: transition), segment(at: cell.second, of: transition),
        share: share)
    }
  }

  func segment(at place: SegmentPlace, of transition: TransitionWatch) -> Alert.Segment {
    Alert.Segment(
      outline.dimensions[place.dimension],
      transition.dimensions[place.dimension].values[place.value])
  }

  private func stream(
    at place: SegmentPlace, of transition: TransitionWatch
  ) -> ConversionStream {
    transition.dimensions[place.dimension].streams[place.value]
  }
}

extension Incident {
  /// Completions per entry where it is; `stream` is everybody's if it is in cells.
  fileprivate func usualRate(in stream: ConversionStream) -> Double {
    let usual = stream.plainRate.value
    guard !explanation.cells.isEmpty, counts.entered > 0, whole.expected > 0 else { return usual }
    // Cells keep none of their own. Those of everybody are expected to arrive as often as usual.
    return usual * (counts.expected / counts.entered) * (whole.entered / whole.expected)
  }
}

extension Alert {
  /// What can be said of any incident. Step, segment, suspects, value and sentence are to be added.
  init(
    _ incident: Incident, _ change: Incident.Change, id: String, subject: String,
    usualRate: Double, dispersion: Double, _ occasion: Occasion, falseAlarmsPerWeek: Double
  ) {
    let counts = incident.counts
    let hours = Double((occasion.time - incident.startedAt).milliseconds) / 3_600_000
    let lost = max(0, incident.missing)
    // Two deviations of a ratio whose expectation is M: 2 √(φ / M).
    let spread = 2 * (dispersion / max(1, counts.expected)).squareRoot()
    var resolution: Resolution?
    if case .ended(let how) = change { resolution = how }
    self.init(
      id: id, status: resolution == nil ? .firing : .resolved, severity: incident.severity,
      kind: incident.kind, subject: subject, startedAt: incident.startedAt,
      detectedAt: incident.detectedAt, updatedAt: occasion.time,
      resolvedAt: resolution == nil ? nil : occasion.time, resolution: resolution,
      observed: Observed(
        entered: counts.entered, completed: counts.observed, rate: usualRate * incident.ratio),
      expected: Expected(
        completed: counts.expected, rate: usualRate, low: usualRate * max(0, 1 - spread),
        high: usualRate * (1 + spread)),
      impact: Impact(lostConversions: lost, lostPerHour: hours > 0 ? lost / hours : 0),
      evidence: incident.finding.statistic, falseAlarmsPerWeek: falseAlarmsPerWeek,
      suspects: [], summary: "")
  }
}
