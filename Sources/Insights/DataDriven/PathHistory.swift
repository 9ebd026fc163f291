package import Attribution

/// Paths of the last months, in a table for each period, so that what is old can be forgotten and
/// what is corrected is taken out where it was put in.
package struct PathHistory: Sendable {
  /// The time that goes into one table, by when the conversion was, or the last touchpoint.
  package static let period = TimeSpan.days(30)
  /// Tables that are kept. What belongs to an older one is not counted any more.
  package static let limit = 4

  private var tables: [Int64: PathTable] = [:]

  package init() {}

  /// Counts `path` so many times; a negative count takes it back.
  package mutating func add(
    _ path: [String], at time: EventTime, isConversion: Bool, count: Int = 1
  ) {
    let number = time.milliseconds / PathHistory.period.milliseconds
    if tables[number] == nil {
      let oldest = tables.keys.min() ?? number
      guard tables.count < PathHistory.limit || number > oldest else { return }
      if tables.count >= PathHistory.limit { tables[oldest] = nil }
    }
    tables[number, default: PathTable()].add(path, isConversion: isConversion, count: count)
  }

  /// Everything that is kept, the most frequent paths first, then by their channels: what is made of
  /// it does not depend on what was seen when.
  package func merged() -> PathTable {
    var sums: [[String]: (conversions: Int, others: Int)] = [:]
    for table in tables.values {
      for (path, conversions, others) in table.named {
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
    writer.write(varint: UInt64(tables.count))
    for (number, table) in tables.sorted(by: { $0.key < $1.key }) {
      writer.write(signed: number)
      table.write(to: &writer)
    }
  }

  package init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    for _ in 0..<(try reader.readCount()) {
      let number = try reader.readSigned()
      guard tables.count < PathHistory.limit, tables[number] == nil else {
        throw ByteReader.Malformed()
      }
      tables[number] = try PathTable(from: &reader)
    }
  }
}
