package import Attribution
internal import Formats
package import Insights

/// The Insights stage of one partition: counts what Journeys say, watches it, and tells when
/// something is wrong.
///
/// State is a function of the insights log from its beginning, in which time is told, too.
/// `InsightsMachine+Checkpoint` says how it is saved and taken up again.
package struct InsightsMachine: Sendable {
  package let rules: InsightsRules
  /// The next offset of the insights log to apply.
  package internal(set) var nextOffset: Int64
  /// Outputs of earlier offsets were committed before the machine was restored: they are not
  /// repeated.
  package let emitsFrom: Int64
  /// Partitions of the journeys log, all of which have to know what was learned.
  private let journeysPartitions: Int
  package internal(set) var counters = InsightsCounters()

  var board: InsightsBoard
  /// How far each partition of the journeys log has come.
  var sources: SourceClocks
  var lateness = UsualLateness()
  /// What is not judged yet.
  var held = HeldFacts()
  /// What the last checkpoint holds of each part.
  var saved: [InsightsStateKey: SavedPart] = [:]
  /// Something was applied since the last checkpoint.
  var isChanged = false
  private var json = JSONWriter()

  package init(
    rules: InsightsRules, journeysPartitions: Int = 1, nextOffset: Int64 = 0, emitsFrom: Int64 = 0
  ) {
    self.rules = rules
    self.journeysPartitions = journeysPartitions
    self.nextOffset = nextOffset
    self.emitsFrom = emitsFrom
    board = InsightsBoard(rules: rules)
    sources = SourceClocks(count: journeysPartitions)
  }

  /// The time up to which everything has been counted.
  package var time: EventTime { board.time }

  /// The time up to which funnels have been judged.
  package var judgedTime: EventTime { board.judgedTime }

  /// What there is to see of it at a glance.
  package var overview: InsightsOverview { board.overview }

  /// Applies the record at `offset`, which must not be before `nextOffset`, and appends what there is
  /// to say. Throws if the record is none of ours, after which the machine has moved past it.
  package mutating func step(
    value: UnsafeRawBufferPointer?, offset: Int64, output: inout OutgoingRecords
  ) throws(ByteReader.Malformed) {
    precondition(offset >= nextOffset, "offset \(offset) after next offset \(nextOffset)")
    nextOffset = offset + 1
    isChanged = true
    do throws(ByteReader.Malformed) {
      guard let value else { throw ByteReader.Malformed() }
      let (source, moments) = try InsightsRecord.read(value)
      counters.records += 1
      if let source { sources.note(moments.lazy.map(\.time), of: source) }
      for moment in moments {
        let effects = take(moment, of: source)
        if offset >= emitsFrom { emit(effects, to: &output) }
      }
    } catch {
      counters.malformed += 1
      throw error
    }
    counters.unknownFacts = board.unknownFacts
  }

  private mutating func take(
    _ moment: InsightsRecord.Moment, of source: Int32?
  ) -> [InsightsBoard.Effect] {
    var effects: [InsightsBoard.Effect] = []
    if let source, sources.move(source, to: moment.time) {
      effects = judge()
      if let time = sources.reportTime { effects += board.advanceReports(to: time) }
    }
    for (count, fact) in moment.facts {
      counters.facts += count
      for _ in 0..<count { board.report(fact) }
      guard case .funnel(let name, let fact) = fact else { continue }
      let held = HeldFacts.Fact(count: count, funnel: name, fact: fact)
      watch(held, at: fact.time ?? moment.time, of: source)
    }
    while held.count > HeldFacts.limit { effects += judgeFirst() }
    return effects
  }

  /// Says everything that would have been said by and by: at the end of a replay, at stream time
  /// `time`.
  package mutating func finish(at time: EventTime, output: inout OutgoingRecords) {
    while held.first != nil { emit(judgeFirst(), to: &output) }
    emit(board.advance(to: time), to: &output)
    emit(board.finish(), to: &output)
  }

  private mutating func emit(_ effects: [InsightsBoard.Effect], to output: inout OutgoingRecords) {
    for effect in effects {
      json.removeAll()
      switch effect {
      case .alert(let alert):
        counters.alerts += 1
        alert.write(for: rules.alerts, to: &json)
        output.append(to: .alerts, key: Array(alert.id.utf8), value: json.bytes)
      case .funnel(let name, let row):
        guard let outline = rules.funnels.first(where: { $0.name == name }) else { continue }
        counters.reportRows += 1
        row.write(of: outline, to: &json)
        output.append(to: .reports, key: Array(row.id(in: outline).utf8), value: json.bytes)
      case .report(let name, let row):
        guard let shape = rules.reports.first(where: { $0.conversion == name }) else { continue }
        counters.reportRows += 1
        row.write(of: shape, to: &json)
        output.append(to: .reports, key: Array(row.id(in: shape).utf8), value: json.bytes)
      case .paths(let name, let report):
        counters.reportRows += 1
        report.write(ofRuleNamed: name, to: &json)
        output.append(
          to: .reports, key: Array(report.id(ofRuleNamed: name).utf8), value: json.bytes)
      case .cohort(let name, let row):
        counters.reportRows += 1
        row.write(ofRuleNamed: name, to: &json)
        output.append(
          to: .reports, key: Array(row.id(ofRuleNamed: name).utf8), value: json.bytes)
      case .weights(let name, let weights):
        counters.weights += 1
        publish(weights, ofRuleNamed: name, to: &output)
      }
    }
  }

  /// For whoever wants to know, and for every partition of the journeys log, in its place in it.
  private func publish(
    _ weights: DataDrivenModel.Weights, ofRuleNamed name: String, to output: inout OutgoingRecords
  ) {
    var writer = ByteWriter()
    ModelWeightsCodec.write(weights, to: &writer)
    output.append(to: .models, key: Array(name.utf8), value: writer.bytes)
    JourneyLogRecord.bytes(of: weights, forRuleNamed: name).withUnsafeBytes { value in
      for partition in 0..<Int32(journeysPartitions) {
        output.append(to: .journeys, partition: partition, key: nil, value: value)
      }
    }
  }
}

/// What an Insights machine has counted since it started. Only ever grows.
package struct InsightsCounters: Hashable, Sendable {
  package var records = 0
  package var facts = 0
  /// Facts about what the rules do not know, or know in another shape.
  package var unknownFacts = 0
  /// Records that are none of ours.
  package var malformed = 0
  /// Records of alerts, and of rows, that were emitted.
  package var alerts = 0
  package var reportRows = 0
  package var weights = 0

  package init() {}

  /// Adds what another machine has counted.
  package mutating func add(_ other: InsightsCounters) {
    records += other.records
    facts += other.facts
    unknownFacts += other.unknownFacts
    malformed += other.malformed
    alerts += other.alerts
    reportRows += other.reportRows
    weights += other.weights
  }
}
