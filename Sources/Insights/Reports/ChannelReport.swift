package import Attribution

/// Touches, conversions, assists and money of one conversion rule, by dimension, value and window.
///
/// The last revision of every conversion counts, and nothing else: a newer one takes out what the
/// older one put in. Windows are kept as long as `retention`; what is older is forgotten and can no
/// longer be corrected.
package struct ChannelReport: Sendable {
  package let shape: ReportShape
  package let retention: TimeSpan
  var rows = ReportTable<ReportRow.Key, ReportRow>()
  /// What is counted of each conversion, so that it can be taken out.
  var counted: [String: PackedConversion] = [:]
  /// Days of which conversions have changed since they were last saved.
  var changedDays: Set<Int64> = []
  /// What is counted of spend, by its id, so that it can be taken out.
  var spent: [String: ReportedSpend] = [:]
  /// Facts that were left out: too old, an older revision, or one too many.
  package internal(set) var ignored = 0
  var latest = EventTime.distantPast
  /// What conversions are packed with.
  var packing = ByteWriter()

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
    precondition(conversion.fits(shape), "\(conversion.id) is of another shape")
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
      let conversion = before.conversion
      if !conversion.isRetracted { change.before = conversion }
      changedDays.insert(before.day)
    }
    if !conversion.isRetracted { change.now = conversion }
    if let before = change.before { add(before, sign: -1) }
    if let now = change.now { add(now, sign: 1) }
    if counted.count < ChannelReport.conversionLimit || counted[conversion.id] != nil {
      let packed = PackedConversion(conversion, using: &packing)
      counted[conversion.id] = packed
      changedDays.insert(packed.day)
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
    let touches = conversion.touches
    for dimension in shape.dimensions.indices {
      for (index, touch) in touches.enumerated() {
        let name = touch.values[dimension]
        // One row for all touchpoints of a name.
        guard !touches[..<index].contains(where: { $0.values[dimension] == name }) else { continue }
        let indices = (index..<touches.count).filter { touches[$0].values[dimension] == name }
        update(conversion.time, dimension, name, conversion.currency) { row in
          row.add(conversion, at: indices, sign: sign)
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
    if rows.count >= ChannelReport.rowLimit, !rows.contains(key) { key.value = ChannelReport.other }
    let models = shape.models.count
    rows.update(key, from: ReportRow(key: key, models: models), change)
  }

  /// Rows that have changed since this was last asked, in the order of their keys.
  package mutating func takeChanges() -> [ReportRow] { rows.takeChanges(removing: \.isEmpty) }

  /// All rows, in the order of their keys.
  package func allRows() -> [ReportRow] { rows.sorted().map(\.row).filter { !$0.isEmpty } }

  /// Rows of one dimension, in no order.
  func rows(of dimension: Int) -> [ReportRow] {
    rows.rows.filter { $0.key.dimension == dimension }
  }

  /// Forgets windows and conversions older than the retention at stream time `time`. Looks at
  /// everything: not for every event.
  package mutating func advance(to time: EventTime) {
    latest = max(latest, time)
    let horizon = latest - retention
    // Whole days, as they are saved. A conversion that can be corrected has its rows.
    let first = PackedConversion.day(of: horizon)
    let last = TimeSpan(milliseconds: shape.window.milliseconds - 1)
    rows.removeAll(but: { PackedConversion.day(of: $0.window + last) >= first })
    counted = counted.filter { $0.value.day >= first }
    spent = spent.filter { $0.value.time >= horizon }
  }
}
