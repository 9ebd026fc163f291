import Testing

@testable import Insights

/// When two values at once explain what is missing better than one does.
@Suite struct CrossedExplanationTests {
  /// What came and what was expected, for each value of one dimension and each of the other.
  private func explain(
    _ cells: [[(Double, Double)]], isDrop: Bool = true
  ) -> Explanation {
    let counts = cells.map { $0.map { BinHistory.Counts(observed: $0.0, expected: $0.1) } }
    let rows = counts.map { $0.reduce(BinHistory.Counts(), +) }
    let columns = counts[0].indices.map { column in
      counts.reduce(BinHistory.Counts()) { $0 + $1[column] }
    }
    let total = rows.reduce(BinHistory.Counts(), +)
    var explanation = Explanation(
      total: total, dimensions: [rows, columns], isDrop: isDrop, dispersion: 1)
    let all = counts.indices.flatMap { first in
      counts[first].indices.map { second in
        CrossedCounts.Cell(first: first, second: second, counts: counts[first][second])
      }
    }
    explanation.refine(
      by: [CrossedCounts(first: 0, second: 1, cells: all, whole: total)], isDrop: isDrop,
      dispersion: 1)
    return explanation
  }

  private func cell(_ first: Int, _ second: Int) -> CrossedPlace {
    CrossedPlace(
      first: SegmentPlace(dimension: 0, value: first),
      second: SegmentPlace(dimension: 1, value: second))
  }

  @Test func `one cell is found, and its share`() {
    let found = explain([[(4, 40), (39, 40)], [(41, 40), (40, 40)], [(39, 40), (41, 40)]])
    #expect(found.cells == [cell(0, 0)] && abs(found.shares[0] - 1) < 0.001)
  }

  @Test func `a value all of whose cells are broken is that value`() {
    let found = explain([[(11, 40), (16, 40)], [(41, 40), (40, 40)], [(39, 40), (41, 40)]])
    #expect(found.cells.isEmpty && found.places == [SegmentPlace(dimension: 0, value: 0)])
    #expect(found.shares.count == 1)
  }

  @Test func `everybody is everybody`() {
    let found = explain([[(17, 40), (23, 40)], [(20, 40), (19, 40)], [(24, 40), (20, 40)]])
    #expect(found.cells.isEmpty && found.places.isEmpty && found.shares.isEmpty)
  }

  @Test func `however many there are, a value is not taken apart for being a little uneven`() {
    let found = explain([
      [(11_000, 40_000), (12_500, 40_000)], [(40_300, 40_000), (39_900, 40_000)],
    ])
    #expect(found.cells.isEmpty && found.places == [SegmentPlace(dimension: 0, value: 0)])
  }

  @Test func `two cells are found together, the larger loss first`() {
    let found = explain([
      [(40, 40), (5, 40), (41, 40)], [(39, 40), (42, 40), (3, 40)], [(38, 40), (39, 40), (41, 40)],
    ])
    #expect(found.cells == [cell(1, 2), cell(0, 1)] && found.shares[0] > found.shares[1])
  }

  @Test func `a value of which only one cell is known is that value`() {
    let found = explain([[(4, 40)], [(41, 40)]])
    #expect(found.cells.isEmpty && found.places == [SegmentPlace(dimension: 0, value: 0)])
  }

  @Test func `what is too much is explained likewise`() {
    let found = explain([[(90, 40), (39, 40)], [(41, 40), (40, 40)]], isDrop: false)
    #expect(found.cells == [cell(0, 0)])
  }

  @Test func `no more than a few are named`() {
    var cells = [[(Double, Double)]](repeating: .init(repeating: (100, 100), count: 8), count: 8)
    for place in 0..<8 { cells[place][place] = (0, 100) }
    #expect(explain(cells).cells.count <= 4)
  }
}
