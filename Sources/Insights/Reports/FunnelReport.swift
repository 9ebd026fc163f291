package import Attribution

/// How many came to each stage of a funnel, by window and segment: what people look at, where the
/// watch only judges.
///
/// An attempt counts in the window in which it began, at every stage, and so rates of one window are
/// of the same people. What is taken back is taken out.
package struct FunnelReport: Sendable {
  /// What a row is of.
  package struct Key: Hashable, Comparable, Sendable {
    package var window: EventTime
    /// Index of a dimension; −1 for everybody.
    package var dimension: Int
    package var value: String

    package static func < (left: Key, right: Key) -> Bool {
      (left.window, left.dimension, left.value) < (right.window, right.dimension, right.value)
    }
  }

  /// One stage of one row.
  package struct Stage: Hashable, Sendable {
    package fileprivate(set) var reached = 0
    /// From the stage before to here.
    package fileprivate(set) var delays = SpanHistogram()
    /// From the beginning of the attempt to here.
    package fileprivate(set) var spans = SpanHistogram()
    /// What attempts that came here had at stake, of the report's currency.
    package fileprivate(set) var value = Amount.zero

    fileprivate mutating func add(_ reached: StageReached, value: Amount?, sign: Int) {
      self.reached += sign
      if let origin = reached.origin {
        delays.add(reached.time - origin.time, count: sign)
        spans.add(reached.time - reached.began, count: sign)
      }
      if let value { self.value = self.value.adding(value, isNegative: sign < 0) }
    }

    fileprivate var isEmpty: Bool {
      reached == 0 && value.units == 0 && delays.isEmpty && spans.isEmpty
    }
  }

  /// All stages in one window and segment.
  package struct Row: Hashable, Sendable {
    package let key: Key
    /// In the order of the funnel.
    package fileprivate(set) var stages: [Stage]
    /// Of the values, where there are any.
    package fileprivate(set) var currency: String?

    /// Who went on from `stage` to the next, of those who were there; `nil` if nobody was.
    package func completion(of stage: Int) -> Double? {
      stages[stage].reached == 0
        ? nil : Double(stages[stage + 1].reached) / Double(stages[stage].reached)
    }

    /// Who was lost between `stage` and the next.
    package func dropOff(after stage: Int) -> Double? { completion(of: stage).map { 1 - $0 } }

    /// Who came to the last stage, of those who began.
    package var overall: Double? {
      stages[0].reached == 0
        ? nil : Double(stages[stages.count - 1].reached) / Double(stages[0].reached)
    }
  }

  package let outline: FunnelOutline
  package let window: TimeSpan
  package let retention: TimeSpan
  private var rows = ReportTable<Key, Row>()
  private var latest = EventTime.distantPast
  /// Values in a currency other than the report's, which are left out of its sums.
  package private(set) var otherCurrencies = 0
  /// Of the first value.
  package private(set) var currency: String?

  /// A day of UTC.
  package static let usualWindow = TimeSpan.days(1)
  /// Rows of all windows together. Beyond it, new segments are counted under `other`.
  package static let rowLimit = 20_000
  package static let other = "(other)"

  package init(
    outline: FunnelOutline, window: TimeSpan = FunnelReport.usualWindow,
    retention: TimeSpan = .days(90)
  ) {
    precondition(window > .zero, "windows of \(window)")
    self.outline = outline
    self.window = window
    self.retention = retention
  }

  /// Counts a fact. What only shows that a tracker is alive is not counted.
  package mutating func record(_ fact: FunnelFact) {
    switch fact {
    case .seen: break
    case .reached(let reached): add(reached, sign: 1)
    case .retracted(let reached): add(reached, sign: -1)
    }
  }

  private mutating func add(_ reached: StageReached, sign: Int) {
    guard outline.steps.indices.contains(reached.stage), reached.began >= latest - retention
    else { return }
    latest = max(latest, reached.time)
    let length = window.milliseconds
    let remainder = reached.began.milliseconds % length
    let start = EventTime(
      milliseconds: reached.began.milliseconds - (remainder < 0 ? remainder + length : remainder))
    let value = countedValue(of: reached, sign: sign)
    add(reached, value, to: Key(window: start, dimension: -1, value: ""), sign: sign)
    for (dimension, segment) in zip(outline.dimensions.indices, reached.segments) {
      add(reached, value, to: Key(window: start, dimension: dimension, value: segment), sign: sign)
    }
  }

  /// What an attempt has at stake, if that is in the report's currency.
  private mutating func countedValue(of reached: StageReached, sign: Int) -> Amount? {
    guard let value = reached.value else { return nil }
    currency = currency ?? reached.currency
    guard reached.currency == currency else {
      if sign > 0 { otherCurrencies += 1 }
      return nil
    }
    return value
  }

  private mutating func add(
    _ reached: StageReached, _ value: Amount?, to key: Key, sign: Int
  ) {
    var key = key
    if rows.count >= FunnelReport.rowLimit, key.dimension >= 0, !rows.contains(key) {
      key.value = FunnelReport.other
    }
    let stageCount = outline.steps.count
    rows.update(
      key, from: Row(key: key, stages: [Stage](repeating: Stage(), count: stageCount))
    ) { row in
      row.stages[reached.stage].add(reached, value: value, sign: sign)
    }
  }

  /// Rows that have changed since this was last asked, in the order of their keys.
  package mutating func takeChanges() -> [Row] {
    rows.takeChanges { $0.stages.allSatisfy(\.isEmpty) }.map { row in
      var row = row
      row.currency = currency
      return row
    }
  }

  /// Forgets windows older than the retention at stream time `time`. Looks at every row: not for
  /// every event.
  package mutating func advance(to time: EventTime) {
    latest = max(latest, time)
    let horizon = latest - retention
    let length = window
    rows.removeAll(but: { $0.window + length > horizon })
  }
}

extension FunnelReport {
  /// Appends everything that is counted, and what of it has not been said yet.
  package func write(to writer: inout ByteWriter) {
    writer.write(varint: UInt64(rows.count))
    for (row, isChanged) in rows.sorted() {
      writer.write(time: row.key.window)
      writer.write(signed: Int64(row.key.dimension))
      writer.write(text: row.key.value)
      writer.write(flag: isChanged)
      writer.write(varint: UInt64(row.stages.count))
      for stage in row.stages {
        writer.write(signed: Int64(stage.reached))
        stage.delays.write(to: &writer)
        stage.spans.write(to: &writer)
        writer.write(amount: stage.value)
      }
    }
    writer.write(signed: Int64(otherCurrencies))
    writer.write(optionalText: currency)
    writer.write(time: latest)
  }

  /// Goes on where a report of the same funnel was. What was counted of other steps is not taken up.
  package mutating func restore(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    var restored = FunnelReport(outline: outline, window: window, retention: retention)
    var fits = true
    for _ in 0..<(try reader.readCount()) {
      let key = Key(
        window: try reader.readTime(), dimension: try reader.readInt(),
        value: try reader.readText())
      let isChanged = try reader.readFlag()
      var stages: [Stage] = []
      for _ in 0..<(try reader.readCount()) {
        stages.append(
          Stage(
            reached: try reader.readInt(), delays: try SpanHistogram(from: &reader),
            spans: try SpanHistogram(from: &reader), value: try reader.readAmount()))
      }
      fits = fits && stages.count == outline.steps.count
      restored.rows.restore(Row(key: key, stages: stages), of: key, isChanged: isChanged)
    }
    restored.otherCurrencies = try reader.readInt()
    restored.currency = try reader.readOptionalText()
    restored.latest = try reader.readTime()
    if fits { self = restored }
  }
}
