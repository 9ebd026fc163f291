internal import Attribution
internal import Insights
internal import Stages

/// The Insights stage of a replay: follows what Journeys tells as it comes.
struct ReplayInsights {
  private var machine: InsightsMachine
  private let alerts: LineWriter?
  private let reports: LineWriter?
  private var output = OutgoingRecords()

  init(rules: InsightsRules, alerts: LineWriter?, reports: LineWriter?) {
    machine = InsightsMachine(rules: rules)
    self.alerts = alerts
    self.reports = reports
  }

  /// Records of alerts so far.
  var alertCount: Int { machine.counters.alerts }

  /// Takes in what Journeys tells, and appends what Journeys has to know of it to `told`.
  mutating func take(
    _ facts: OutgoingRecords, telling told: inout OutgoingRecords
  ) throws(ReplayError) {
    facts.forEach { record, _, value in
      precondition(record.destination == .insights, "Journeys tells \(record.destination)")
      do {
        try machine.step(value: value, offset: machine.nextOffset, output: &output)
      } catch {
        preconditionFailure("Insights cannot read what Journeys has told")
      }
    }
    try write(telling: &told)
  }

  /// Says all that is left to say, at stream time `time`.
  mutating func finish(at time: EventTime) throws(ReplayError) {
    machine.finish(at: time, output: &output)
    // Nobody is left to hear it.
    var told = OutgoingRecords()
    try write(telling: &told)
    try alerts?.flush()
    try reports?.flush()
  }

  private mutating func write(telling told: inout OutgoingRecords) throws(ReplayError) {
    guard !output.isEmpty else { return }
    try output.forEach { (record, key, value) throws(ReplayError) in
      guard let value else { return }
      switch record.destination {
      case .alerts: try alerts?.write(line: Array(value))
      case .reports: try reports?.write(line: Array(value))
      case .journeys: told.append(to: .journeys, key: key, value: value)
      // Whoever wants to know the weights of a replay finds their numbers with the conversions.
      case .models: return
      case .conversions, .deadLetters, .changelog, .audits, .insights,
        .insightsChangelog:
        preconditionFailure("Insights wrote to \(record.destination)")
      }
    }
    output.removeAll()
  }
}
