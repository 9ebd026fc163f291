package import Attribution

/// Every dimension of a transition with every other.
package struct CrossedDimensions: Sendable {
  /// Dimensions that are crossed: the first of a funnel. Six make fifteen pairs.
  package static let limit = 6

  package private(set) var tables: [CrossedSegments] = []
  /// The bin that is open; before the first is closed nobody knows, and nothing is counted.
  private var openBin: Int64 = -1
  /// From this slot on nothing was learned from yet.
  private var unlearnedSlot: Int64 = 0

  package init(dimensions: Int) {
    let crossed = min(dimensions, CrossedDimensions.limit)
    for first in 0..<crossed {
      for second in (first + 1)..<max(first + 1, crossed) {
        tables.append(CrossedSegments(first: first, second: second))
      }
    }
  }

  /// How often people with values at `entry`, one for each dimension, arrive, as a multiple of what
  /// their values let expect one by one.
  mutating func ratio(_ entry: [Int]) -> Double {
    var ratio = 1.0
    forEachCell(entry) { ratio *= $0.rate.value }
    return ratio
  }

  mutating func enter(_ entry: [Int], mass: Double, count: Double) {
    guard openBin >= 0 else { return }
    let bin = openBin
    forEachCell(entry) { $0.enter(mass: mass, count: count, in: bin) }
  }

  mutating func enter(_ entry: [Int], mass: Double, count: Double, late bin: Int64) {
    guard bin >= 0, bin < openBin else { return }
    forEachCell(entry) { $0.enter(mass: mass, count: count, late: bin) }
  }

  mutating func arrive(_ entry: [Int], count: Double) {
    guard openBin >= 0 else { return }
    let bin = openBin
    forEachCell(entry) { $0.arrive(count: count, in: bin) }
  }

  private mutating func forEachCell(_ entry: [Int], _ body: (inout CrossedCell) -> Void) {
    for table in tables.indices where tables[table].second < entry.count {
      let place = tables[table].place(entry[tables[table].first], entry[tables[table].second])
      tables[table].withCell(at: place, body)
    }
  }

  /// `bin` is over. What was open in it is no lesson unless `isLearning`.
  mutating func close(_ bin: Int64, isLearning: Bool) {
    if openBin < 0 { unlearnedSlot = CrossedCell.slot(of: bin + 1) + 1 }
    openBin = bin + 1
    if !isLearning { unlearnedSlot = CrossedCell.slot(of: openBin) + 1 }
  }

  /// Nobody is on the way any more.
  mutating func skip() {
    openBin = -1
    for table in tables.indices { tables[table].skip() }
  }

  /// Learns from all slots that have come to an end since the last lesson.
  mutating func learn(
    from total: ConversionStream, _ buckets: DelayBuckets, keep: Double
  ) {
    let open = CrossedCell.slot(of: openBin)
    guard !tables.isEmpty, openBin >= 0, unlearnedSlot < open else { return }
    let bins = unlearnedSlot * CrossedCell.binsPerSlot..<open * CrossedCell.binsPerSlot
    unlearnedSlot = open
    let shares = DueShares(in: bins, total.delays, buckets)
    let whole = total.judge.history.counts(in: bins)
    let dispersion = total.judge.dispersion(near: total.judge.firstRatio)
    for table in tables.indices {
      tables[table].learn(
        tables[table].counts(in: bins, shares, whole: whole), keep: keep, dispersion: dispersion)
    }
  }

  /// What came since the slot of `bin`, as far as any stream remembers.
  func counts(
    since bin: Int64, _ total: ConversionStream, _ buckets: DelayBuckets
  ) -> [CrossedCounts] {
    guard !tables.isEmpty, openBin > 0 else { return [] }
    let first = CrossedCell.slot(of: max(bin, openBin - BinHistory.capacity, 0))
    let bins = min(first * CrossedCell.binsPerSlot, openBin - 1)..<openBin
    let shares = DueShares(in: bins, total.delays, buckets)
    let whole = total.judge.history.counts(in: bins)
    return tables.map { $0.counts(in: bins, shares, whole: whole) }
  }

  /// The same of `places` alone, together.
  func counts(
    in places: [CrossedPlace], since bin: Int64, _ total: ConversionStream, _ buckets: DelayBuckets
  ) -> BinHistory.Counts {
    var counts = BinHistory.Counts()
    for table in self.counts(since: bin, total, buckets) {
      for cell in table.cells where places.contains(table.place(of: cell)) {
        counts = counts + cell.counts
      }
    }
    return counts
  }

  /// What came to `places` in the bin that was closed last.
  func closed(
    in places: [CrossedPlace], _ total: ConversionStream, _ buckets: DelayBuckets
  ) -> BinHistory.Counts {
    let bin = openBin - 1
    let shares = DueShares(in: bin..<openBin, total.delays, buckets)
    var counts = BinHistory.Counts()
    for place in places {
      for table in tables {
        guard let cell = table.index(of: place) else { continue }
        counts = counts + table.closed(cell, bin, shares, whole: total.closed.counts)
      }
    }
    return counts
  }

  /// From now on `ratio` times as many are expected in each of `places`.
  mutating func accept(ratio: Double, in places: [CrossedPlace]) {
    for place in places {
      for table in tables.indices {
        guard let cell = tables[table].index(of: place) else { continue }
        tables[table].withCell(at: cell) { $0.accept(ratio: ratio) }
      }
    }
  }

  /// Whether `place` is of a cell that there is.
  func knows(_ place: CrossedPlace) -> Bool { tables.contains { $0.index(of: place) != nil } }

  /// Whether the tables are those of so many dimensions, which have so many values each.
  func fits(_ values: [Int]) -> Bool {
    let usual = CrossedDimensions(dimensions: values.count).tables
    return tables.map { [$0.first, $0.second] } == usual.map { [$0.first, $0.second] }
      && tables.allSatisfy { $0.fits(values) }
  }
}

extension CrossedDimensions: StateBytes {
  package func write(to writer: inout ByteWriter) {
    writer.write(signed: openBin)
    writer.write(signed: unlearnedSlot)
    writer.write(parts: tables)
  }

  package init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    openBin = try reader.readSigned()
    unlearnedSlot = try reader.readSigned()
    guard openBin < .max / 2, unlearnedSlot >= 0 else { throw ByteReader.Malformed() }
    tables = try reader.readParts()
  }
}
