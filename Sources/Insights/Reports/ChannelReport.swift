package import Attribution

/// Touches, conversions, assists and money of one conversion rule, by dimension, value and window.
///
/// The last revision of every conversion counts, and nothing else: a newer one takes out what the
/// older one put in. Windows are kept as long as `retention`; what is older is forgotten and can no
/// longer be corrected.
package struct ChannelReport: Sendable {
  package let shape: ReportShape
  package let retention: TimeSpan
  private var rows: [ReportRow.Key: ReportRow] = [:]
  /// What is counted of each conversion, so that it can be taken out.
  private var counted: [String: ReportedConversion] = [:]
  /// What is counted of spend, by its id, so that it can be taken out.
  private var spent: [String: ReportedSpend] = [:]
  /// Keys of rows that are not as they were last said.
  private var changed: Set<ReportRow.Key> = []
  /// Facts that were left out: too old, an older revision, or one too many.
  package private(set) var ignored = 0
  private var latest = EventTime.distantPast

  /// Conversions that can be corrected. Beyond it, new ones count and cannot be corrected.
  package static let conversionLimit = 1_000_000
  /// Records of spend that can be corrected. Beyond it, new ones count and cannot be corrected.
  package static let spendLimit = 100_000
  /// Rows of all windows together. Beyond it, new values are counted under `other`.
  package static let rowLimit = 100_000
  package static let other = "(other)"

  package init(shape: ReportShape, retention: TimeSpan = .days(90)) {
    self.shape = shape
    self.retention = retention
  }

  /// What a conversion has changed: what counted before does not any more, what counts now does.
  package struct Change {
    package var before: ReportedConversion?
    package var now: ReportedConversion?
  }

  /// Counts a conversion whose touchpoints and credits are of this report's shape.
  @discardableResult
  package mutating func record(_ conversion: ReportedConversion) -> Change {
    precondition(isReadable(conversion), "\(conversion.id) is of another shape")
    var change = Change()
    guard isKept(conversion.time) else {
      ignored += 1
      return change
    }
    if let before = counted[conversion.id] {
      guard before.revision < conversion.revision else {
        ignored += 1
        return change
      }
      if !before.isRetracted { change.before = before }
    }
    if !conversion.isRetracted { change.now = conversion }
    if let before = change.before { add(before, sign: -1) }
    if let now = change.now { add(now, sign: 1) }
    if counted[conversion.id] != nil || counted.count < ChannelReport.conversionLimit {
      counted[conversion.id] = conversion
    }
    latest = max(latest, conversion.time)
    return change
  }

  /// Counts what was spent, in place of what was said of it before.
  package mutating func record(_ spend: ReportedSpend) {
    guard isKept(spend.time), shape.dimensions.indices.contains(spend.dimension) else {
      return ignored += 1
    }
    if let before = spent[spend.id] { add(before, sign: -1) }
    add(spend, sign: 1)
    if spent[spend.id] != nil || spent.count < ChannelReport.spendLimit { spent[spend.id] = spend }
  }

  private mutating func add(_ spend: ReportedSpend, sign: Int) {
    update(spend.time, spend.dimension, spend.value, spend.currency) { row in
      row.cost = row.cost.adding(spend.cost, isNegative: sign < 0)
      row.clicks += sign * spend.clicks
    }
  }

  private func isKept(_ time: EventTime) -> Bool { time >= latest - retention }

  private mutating func add(_ conversion: ReportedConversion, sign: Int) {
    guard let last = conversion.touches.last, let first = conversion.touches.first else { return }
    let value = conversion.value ?? .zero
    let lag = (conversion.time - first.time).milliseconds
    for dimension in shape.dimensions.indices {
      var met: [String] = []
      for (index, touch) in conversion.touches.enumerated() {
        let name = touch.values[dimension]
        let isFirst = !met.contains(name)
        if isFirst { met.append(name) }
        let isLast = index == conversion.touches.count - 1
        let isAssist = isFirst && last.values[dimension] != name
        update(conversion.time, dimension, name, conversion.currency) { row in
          row.touches += sign
          if isFirst {
            row.conversions += sign
            row.lengths += sign * conversion.touches.count
            row.lagMilliseconds += Int64(sign) * lag
          }
          if isLast {
            row.lastTouch += sign
            row.lastTouchValue = row.lastTouchValue.adding(value, isNegative: sign < 0)
          }
          if isAssist {
            row.assisted += sign
            row.assistedValue = row.assistedValue.adding(value, isNegative: sign < 0)
          }
          for (model, credit) in conversion.credits.enumerated() {
            row.credits[model].millionths += Int64(sign) * credit.millionths[index]
            if conversion.isFirst {
              row.credits[model].firstMillionths += Int64(sign) * credit.millionths[index]
            }
            if !credit.values.isEmpty {
              row.credits[model].value = row.credits[model].value.adding(
                credit.values[index], isNegative: sign < 0)
            }
          }
        }
      }
    }
  }

  private mutating func update(
    _ time: EventTime, _ dimension: Int, _ value: String, _ currency: String?,
    _ change: (inout ReportRow) -> Void
  ) {
    var key = ReportRow.Key(
      window: shape.window(of: time), dimension: dimension, value: value,
      currency: currency ?? "")
    if rows[key] == nil, rows.count >= ChannelReport.rowLimit { key.value = ChannelReport.other }
    change(&rows[key, default: ReportRow(key: key, models: shape.models.count)])
    changed.insert(key)
  }

  /// Rows that have changed since this was last asked, in the order of their keys.
  package mutating func takeChanges() -> [ReportRow] {
    defer { changed.removeAll(keepingCapacity: true) }
    return changed.sorted().map { key in
      let row = rows[key] ?? ReportRow(key: key, models: shape.models.count)
      if row.isEmpty { rows[key] = nil }
      return row
    }
  }

  /// All rows, in the order of their keys.
  package func allRows() -> [ReportRow] {
    rows.values.filter { !$0.isEmpty }.sorted { $0.key < $1.key }
  }

  /// Rows of one dimension, in no order.
  func rows(of dimension: Int) -> [ReportRow] {
    rows.values.filter { $0.key.dimension == dimension }
  }

  /// Forgets windows and conversions older than the retention at stream time `time`. Looks at
  /// everything: not for every event.
  package mutating func advance(to time: EventTime) {
    latest = max(latest, time)
    let horizon = latest - retention
    rows = rows.filter { $0.key.window + shape.window > horizon }
    counted = counted.filter { $0.value.time >= horizon }
    spent = spent.filter { $0.value.time >= horizon }
    changed = changed.filter { rows[$0] != nil }
  }
}

extension ChannelReport {
  /// Appends everything that is counted, and what of it has not been said yet.
  package func write(to writer: inout ByteWriter) {
    let rows = rows.values.sorted { $0.key < $1.key }
    writer.write(parts: rows)
    for row in rows { writer.write(flag: changed.contains(row.key)) }
    writer.write(parts: counted.values.sorted { $0.id < $1.id })
    writer.write(parts: spent.values.sorted { $0.id < $1.id })
    writer.write(signed: Int64(ignored))
    writer.write(time: latest)
  }

  /// Goes on where a report of the same shape was. What was counted in another shape, with other
  /// dimensions or models, is not taken up.
  package mutating func restore(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    var restored = ChannelReport(shape: shape, retention: retention)
    let rows: [ReportRow] = try reader.readParts()
    var fits = true
    for row in rows {
      restored.rows[row.key] = row
      if try reader.readFlag() { restored.changed.insert(row.key) }
      fits =
        fits && row.credits.count == shape.models.count
        && shape.dimensions.indices.contains(row.key.dimension)
    }
    let conversions: [ReportedConversion] = try reader.readParts()
    for conversion in conversions {
      restored.counted[conversion.id] = conversion
      fits = fits && isReadable(conversion)
    }
    let spent: [ReportedSpend] = try reader.readParts()
    for spend in spent {
      restored.spent[spend.id] = spend
      fits = fits && shape.dimensions.indices.contains(spend.dimension)
    }
    restored.ignored = Int(try reader.readSigned())
    restored.latest = try reader.readTime()
    if fits { self = restored }
  }

  private func isReadable(_ conversion: ReportedConversion) -> Bool { conversion.fits(shape) }
}
