/// What came to every cell of two dimensions since some time, and what was expected there.
package struct CrossedCounts: Hashable, Sendable {
  package struct Cell: Hashable, Sendable {
    /// Indices of the values.
    package var first: Int
    package var second: Int
    package var counts: BinHistory.Counts

    package init(first: Int, second: Int, counts: BinHistory.Counts) {
      self.first = first
      self.second = second
      self.counts = counts
    }
  }

  /// The dimensions, in the funnel's order.
  package var first: Int
  package var second: Int
  /// Those that are told apart.
  package var cells: [Cell] = []
  /// Of everybody.
  package var whole: BinHistory.Counts

  package init(first: Int, second: Int, cells: [Cell] = [], whole: BinHistory.Counts) {
    self.first = first
    self.second = second
    self.cells = cells
    self.whole = whole
  }

  /// The sums over the cells of each value of `dimension`, which is one of the two.
  func margins(of dimension: Int) -> [BinHistory.Counts] {
    var margins: [BinHistory.Counts] = []
    for cell in cells {
      let value = dimension == first ? cell.first : cell.second
      while margins.count <= value { margins.append(.init()) }
      margins[value] = margins[value] + cell.counts
    }
    return margins
  }

  func place(of cell: Cell) -> CrossedPlace {
    CrossedPlace(
      first: SegmentPlace(dimension: first, value: cell.first),
      second: SegmentPlace(dimension: second, value: cell.second))
  }
}
