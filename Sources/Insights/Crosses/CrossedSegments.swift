package import Attribution

/// Every value of one dimension with every value of another, as far as people of both came.
package struct CrossedSegments: Sendable {
  /// Cells that are told apart. Further ones are together in the last, which is of no values.
  package static let limit = 128
  private static let other = SegmentStreams.limit * SegmentStreams.limit
  /// Arrivals that the margins of an hour have to show to count as much as what was expected.
  private static let marginPrior = 10.0

  /// The dimensions, in the funnel's order.
  package let first: Int
  package let second: Int
  /// In order of appearance.
  package private(set) var cells: [CrossedCell] = []
  private var keys: [Int] = []
  /// Where a key's cell is; −1 if nobody came.
  private var places: [Int16] = []

  package init(first: Int, second: Int) {
    self.first = first
    self.second = second
  }

  /// The cell of these values, which is added if it is new and there is room.
  mutating func place(_ first: Int, _ second: Int) -> Int {
    let key = first * SegmentStreams.limit + second
    if places.isEmpty { places = [Int16](repeating: -1, count: CrossedSegments.other + 1) }
    if places[key] >= 0 { return Int(places[key]) }
    // The last place is for everything else.
    let kept = cells.count < CrossedSegments.limit - 1 ? key : CrossedSegments.other
    if places[kept] < 0 {
      places[kept] = Int16(cells.count)
      keys.append(kept)
      cells.append(CrossedCell())
    }
    return Int(places[kept])
  }

  /// The cell of `place`, if anybody came who is told apart.
  func index(of place: CrossedPlace) -> Int? {
    let key = place.first.value * SegmentStreams.limit + place.second.value
    guard place.first.dimension == first, place.second.dimension == second,
      places.indices.contains(key), places[key] >= 0
    else { return nil }
    return Int(places[key])
  }

  mutating func withCell(at index: Int, _ body: (inout CrossedCell) -> Void) { body(&cells[index]) }

  /// The values of a cell; `nil` for the one of everything else.
  private func values(of cell: Int) -> (first: Int, second: Int)? {
    guard keys[cell] < CrossedSegments.other else { return nil }
    let (first, second) = keys[cell].quotientAndRemainder(dividingBy: SegmentStreams.limit)
    return (first, second)
  }

  /// What came to each cell in the slots of `bins` and what was to be expected there, `whole` being
  /// what everybody brought in `bins` and was expected to.
  func counts(
    in bins: Range<Int64>, _ shares: DueShares, whole: BinHistory.Counts
  ) -> CrossedCounts {
    let due = cells.map { $0.due(shares) }
    let all = due.reduce(0, +)
    let slots = CrossedCell.slot(of: bins.lowerBound)...CrossedCell.slot(of: bins.upperBound - 1)
    var counts = CrossedCounts(first: first, second: second, whole: whole)
    for cell in cells.indices {
      guard let values = values(of: cell) else { continue }
      let came = cells[cell].counts(inSlots: slots)
      counts.cells.append(
        .init(
          first: values.first, second: values.second,
          counts: .init(
            entered: came.entered, observed: came.arrived,
            expected: all > 0 ? due[cell] / all * whole.expected : 0)))
    }
    return counts
  }

  /// What came to a cell in the last bin, and what was to be expected there.
  func closed(
    _ cell: Int, _ bin: Int64, _ shares: DueShares, whole: BinHistory.Counts
  ) -> BinHistory.Counts {
    let all = cells.reduce(0) { $0 + $1.due(shares) }
    let came = cells[cell].counts(in: bin)
    return BinHistory.Counts(
      entered: came.entered, observed: came.arrived,
      expected: all > 0 ? cells[cell].due(shares) / all * whole.expected : 0)
  }

  /// Learns from counts of an hour or so what the cells are like beyond what their values are.
  ///
  /// What a whole value brings too much or too little is that value's, and no cell's: it is taken out
  /// first.
  mutating func learn(_ counts: CrossedCounts, keep: Double, dispersion: Double) {
    let (rows, columns) = (counts.margins(of: first), counts.margins(of: second))
    let whole = CrossedSegments.ratio(rows.reduce(BinHistory.Counts(), +))
    for cell in counts.cells {
      let margins =
        CrossedSegments.ratio(rows[cell.first]) * CrossedSegments.ratio(columns[cell.second])
        / whole
      let expected = cell.counts.expected * margins
      let observed = RateEstimate.tamed(
        cell.counts.observed, expected: expected, dispersion: dispersion)
      let place = Int(places[cell.first * SegmentStreams.limit + cell.second])
      cells[place].learn(observed: observed, expected: expected, keep: keep)
    }
  }

  private static func ratio(_ counts: BinHistory.Counts) -> Double {
    (counts.observed + marginPrior) / (counts.expected + marginPrior)
  }

  mutating func skip() {
    for cell in cells.indices { cells[cell].skip() }
  }

  /// Whether every cell is of values that there are, by how many each dimension has.
  func fits(_ values: [Int]) -> Bool {
    cells.count <= CrossedSegments.limit
      && cells.indices.allSatisfy { cell in
        guard let (first, second) = self.values(of: cell) else { return true }
        return first < values[self.first] && second < values[self.second]
      }
  }
}

extension CrossedSegments: StateBytes {
  package func write(to writer: inout ByteWriter) {
    writer.write(varint: UInt64(first))
    writer.write(varint: UInt64(second))
    writer.write(varint: UInt64(cells.count))
    for (key, cell) in zip(keys, cells) {
      writer.write(varint: UInt64(key))
      cell.write(to: &writer)
    }
  }

  package init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    first = try reader.readSmall()
    second = try reader.readSmall()
    let count = try reader.readCount()
    guard count <= CrossedSegments.limit else { throw ByteReader.Malformed() }
    places = [Int16](repeating: -1, count: CrossedSegments.other + 1)
    for place in 0..<count {
      let key = try reader.readSmall()
      guard places.indices.contains(key), places[key] < 0 else { throw ByteReader.Malformed() }
      places[key] = Int16(place)
      keys.append(key)
      cells.append(try CrossedCell(from: &reader))
    }
  }
}
