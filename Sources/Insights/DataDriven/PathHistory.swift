package import Attribution

/// Paths of the last months, in a table for each period, so that what is old can be forgotten and
/// what is corrected is taken out where it was put in.
package struct PathHistory: Sendable {
  /// The time that goes into one table, by when the conversion was, or the last touchpoint.
  package static let period = TimeSpan.days(30)
  /// Tables that are kept. What belongs to an older one is not counted any more.
  package static let limit = 4

  private struct Period {
    var table = PathTable()
    /// From the first touchpoint to the conversion.
    var lags = SpanHistogram()
    /// It is not as it was last said.
    var isChanged = false
  }

  private var periods: [Int64: Period] = [:]

  package init() {}

  /// Counts somebody who left, having met the last channel at `time`.
  mutating func add(departure path: [String], at time: EventTime) {
    guard let number = period(of: time) else { return }
    periods[number]?.table.add(path, isConversion: false)
  }

  /// Counts a conversion at `time`, so long after its path began; with a `count` of −1, takes it back.
  mutating func add(
    conversion path: [String], at time: EventTime, after lag: TimeSpan, count: Int = 1
  ) {
    guard !path.isEmpty, let number = period(of: time) else { return }
    periods[number]?.table.add(path, isConversion: true, count: count)
    periods[number]?.lags.add(lag, count: count)
  }

  /// The number of the period of `time`, which is about to change; `nil` if it is too long ago.
  private mutating func period(of time: EventTime) -> Int64? {
    let number = time.milliseconds / PathHistory.period.milliseconds
    if periods[number] == nil {
      let oldest = periods.keys.min() ?? number
      guard periods.count < PathHistory.limit || number > oldest else { return nil }
      if periods.count >= PathHistory.limit { periods[oldest] = nil }
    }
    periods[number, default: Period()].isChanged = true
    return number
  }

  /// Reports of periods that have changed since this was last asked, in order.
  package mutating func takeChanges() -> [PathReport] {
    let changed = periods.filter(\.value.isChanged).keys.sorted()
    return changed.compactMap { number in
      periods[number]?.isChanged = false
      return periods[number].map { period in
        PathReport(
          period.table, lags: period.lags,
          from: EventTime(milliseconds: number * PathHistory.period.milliseconds))
      }
    }
  }

  /// Everything that is kept, the most frequent paths first, then by their channels: what is made of
  /// it does not depend on what was seen when.
  package func merged() -> PathTable {
    var sums: [[String]: (conversions: Int, others: Int)] = [:]
    for period in periods.values {
      for (path, conversions, others) in period.table.named {
        let sum = sums[path] ?? (0, 0)
        sums[path] = (sum.conversions + conversions, sum.others + others)
      }
    }
    let order = sums.filter { $0.value != (0, 0) }.sorted { left, right in
      let counts = (
        left.value.conversions + left.value.others, right.value.conversions + right.value.others
      )
      return counts.0 == counts.1
        ? left.key.lexicographicallyPrecedes(right.key) : counts.0 > counts.1
    }
    var merged = PathTable()
    for (path, counts) in order {
      merged.add(path, isConversion: true, count: counts.conversions)
      merged.add(path, isConversion: false, count: counts.others)
    }
    return merged
  }
}

extension PathHistory: StateBytes {
  package func write(to writer: inout ByteWriter) {
    writer.write(varint: UInt64(periods.count))
    for (number, period) in periods.sorted(by: { $0.key < $1.key }) {
      writer.write(signed: number)
      period.table.write(to: &writer)
      period.lags.write(to: &writer)
      writer.write(flag: period.isChanged)
    }
  }

  package init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    for _ in 0..<(try reader.readCount()) {
      let number = try reader.readSigned()
      guard periods.count < PathHistory.limit, periods[number] == nil else {
        throw ByteReader.Malformed()
      }
      var period = Period()
      period.table = try PathTable(from: &reader)
      period.lags = try SpanHistogram(from: &reader)
      period.isChanged = try reader.readFlag()
      periods[number] = period
    }
  }
}
