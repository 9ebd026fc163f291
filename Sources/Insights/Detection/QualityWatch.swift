package import Attribution

/// Watches what comes in for signs that the data, not the business, has changed.
package struct QualityWatch: Sendable {
  /// A share of all events, or of all conversions, that should not rise.
  package enum Measure: Int, CaseIterable, Sendable {
    case duplicates, deadLetters, missingConsent, clockSkew, unattributed, direct

    /// The name in alerts.
    package var name: String {
      switch self {
      case .duplicates: "duplicates"
      case .deadLetters: "dead_letters"
      case .missingConsent: "missing_consent"
      case .clockSkew: "clock_skew"
      case .unattributed: "unattributed"
      case .direct: "direct"
      }
    }

    /// What a sentence says there is more of.
    var words: String {
      switch self {
      case .duplicates: "the share of events that came twice"
      case .deadLetters: "the share of records that cannot be read"
      case .missingConsent: "the share of events without consent"
      case .clockSkew: "the share of events from the future"
      case .unattributed: "the share of conversions without any touchpoint"
      case .direct: "the share of conversions that Direct earned last"
      }
    }
  }

  /// So many of so many were of a measure.
  package struct Count: Hashable, Sendable {
    package var measure: Measure
    package var bad: Int
    package var all: Int

    package init(_ measure: Measure, bad: Int, of all: Int) {
      self.measure = measure
      self.bad = bad
      self.all = all
    }
  }

  package static let subject = "data quality"
  static let bin = TimeSpan.minutes(1)

  package let settings: AlertSettings
  /// This watch's share of the installation's budget.
  package let falseAlarmsPerWeek: Double
  /// In the order of the measures.
  private(set) var watches: [CountWatch]
  private var openBin: Int64?

  package init(settings: AlertSettings, falseAlarmsPerWeek: Double) {
    self.settings = settings
    self.falseAlarmsPerWeek = falseAlarmsPerWeek
    watches = Measure.allCases.map { _ in CountWatch.share }
  }

  package mutating func record(_ count: Count) {
    watches[count.measure.rawValue].add(Double(count.bad))
    watches[count.measure.rawValue].add(exposure: Double(count.all))
  }

  /// Moves time on. Returns what there is to say, in order of time, then of the measures.
  package mutating func advance(to time: EventTime) -> [Alert] {
    let length = QualityWatch.bin.milliseconds
    let bin = time.milliseconds / length
    guard time.milliseconds >= 0, let open = openBin else {
      if openBin == nil, time.milliseconds >= 0 { openBin = bin }
      return []
    }
    guard bin > open else { return [] }
    openBin = bin
    guard bin - open <= FunnelWatch.longestGap else {
      for index in watches.indices { watches[index].skip() }
      return []
    }
    var alerts: [Alert] = []
    for closing in open..<bin { close(closing, &alerts) }
    return alerts
  }

  private mutating func close(_ bin: Int64, _ alerts: inout [Alert]) {
    let length = QualityWatch.bin.milliseconds
    let occasion = Occasion(
      bin: bin, time: EventTime(milliseconds: (bin + 1) * length), binLength: QualityWatch.bin,
      falseAlarms: falseAlarmsPerWeek / Double(watches.count),
      acceptLevelAfter: settings.acceptLevelAfter, renotify: settings.renotify)
    for measure in Measure.allCases {
      let index = measure.rawValue
      watches[index].close(bin, middle: EventTime(milliseconds: bin * length + length / 2))
      let change = watches[index].judge(occasion) { _ in .dataQuality }
      if let change, let incident = watches[index].incident {
        alerts.append(alert(about: incident, change, measure, occasion))
        if case .ended = change { watches[index].clear() }
      }
      if occasion.isFullHour {
        watches[index].learn(hour: SeasonalFactors.hour(of: occasion.start(of: bin)))
      }
    }
  }

  func alert(
    about incident: Incident, _ change: Incident.Change, _ measure: Measure,
    _ occasion: Occasion
  ) -> Alert {
    let watch = watches[measure.rawValue]
    var alert = Alert(
      incident, change, id: "\(QualityWatch.subject)/\(measure.name)",
      subject: QualityWatch.subject, usualRate: watch.level.value,
      dispersion: watch.judge.dispersion(near: incident.ratio), occasion,
      falseAlarmsPerWeek: settings.falseAlarmsPerWeek)
    alert.observed.rate =
      incident.counts.entered > 0 ? incident.counts.observed / incident.counts.entered : 0
    alert.step = measure.name
    alert.impact = Alert.Impact(lostConversions: 0, lostPerHour: 0)
    alert.summary = AlertSentence.text(for: alert, about: measure.words)
    return alert
  }
}

extension QualityWatch {
  /// Appends everything that the watch has learned and is in the middle of.
  package func write(to writer: inout ByteWriter) {
    writer.write(parts: watches)
    writer.write(flag: openBin != nil)
    if let openBin { writer.write(signed: openBin) }
  }

  /// Goes on where another watch was.
  package mutating func restore(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    let watches: [CountWatch] = try reader.readParts()
    let openBin = try reader.readFlag() ? reader.readSigned() : nil
    guard watches.count == self.watches.count else { return }
    (self.watches, self.openBin) = (watches, openBin)
  }
}
