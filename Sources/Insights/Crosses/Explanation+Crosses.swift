extension Explanation {
  /// A cell is named by two values.
  private static let costPerCell = 2 * costPerValue
  /// Cells that are named at most: nobody looks into more.
  private static let mostCells = 4
  /// How many times better cells have to be. With many counts hardly anything is alike
  /// everywhere, and some cells fit a little better than their values whatever happens.
  private static let clearlyBetter = 1.1

  /// Names cells of two dimensions if they explain it clearly better than everybody, or the values of
  /// one dimension, do. Both are compared by what the tables count.
  mutating func refine(by tables: [CrossedCounts], isDrop: Bool, dispersion: Double) {
    guard let whole = tables.first?.whole else { return }
    let plain = gain(tables, isDrop: isDrop, dispersion: dispersion)
    guard plain > 0 else { return }
    var best = Explanation.clearlyBetter * plain
    for table in tables {
      let set = Explanation.smallestSet(table, isDrop: isDrop, dispersion: dispersion)
      guard set.gain > best else { continue }
      best = set.gain
      cells = set.cells.map { table.place(of: $0) }
      shares = set.cells.map { Explanation.share(of: $0.counts, in: whole) }
    }
  }

  /// What the places gain, by the margins of a table.
  private func gain(_ tables: [CrossedCounts], isDrop: Bool, dispersion: Double) -> Double {
    guard let dimension = places.first?.dimension else {
      return Explanation.gain(tables[0].whole, isDrop: isDrop) / dispersion
    }
    guard let table = tables.first(where: { $0.first == dimension || $0.second == dimension })
    else { return 0 }
    let values = table.margins(of: dimension)
    return places.reduce(0) { sum, place in
      guard values.indices.contains(place.value) else { return sum }
      return sum + Explanation.gain(values[place.value], isDrop: isDrop) / dispersion
        - Explanation.costPerValue
    }
  }

  /// The best of the largest losses, the largest two, and so on. They share one rate: a whole value,
  /// taken apart, gains nothing by chance alone.
  private static func smallestSet(
    _ table: CrossedCounts, isDrop: Bool, dispersion: Double
  ) -> (cells: [CrossedCounts.Cell], gain: Double) {
    let gains = table.cells.map { gain($0.counts, isDrop: isDrop) / dispersion }
    let order = table.cells.indices.filter { gains[$0] > costPerCell }
      .sorted { (gains[$1], $0) < (gains[$0], $1) }
    var best: (cells: [CrossedCounts.Cell], gain: Double) = ([], 0)
    var counts = BinHistory.Counts()
    for (number, cell) in order.prefix(mostCells).enumerated() {
      counts = counts + table.cells[cell].counts
      let gain = gain(counts, isDrop: isDrop) / dispersion - Double(number + 1) * costPerCell
      if gain > best.gain { best = (order[...number].map { table.cells[$0] }, gain) }
    }
    return best
  }
}
