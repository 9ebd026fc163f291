import Testing

@testable import Insights

/// The smallest set of segments that explains what is missing.
@Suite struct ExplanationTests {
  private func counts(_ observed: Double, _ expected: Double) -> BinHistory.Counts {
    BinHistory.Counts(observed: observed, expected: expected)
  }

  private func explain(
    _ dimensions: [[(Double, Double)]], isDrop: Bool = true
  ) -> Explanation {
    let values = dimensions.map { $0.map { counts($0.0, $0.1) } }
    return Explanation(
      total: values[0].reduce(counts(0, 0), +), dimensions: values, isDrop: isDrop, dispersion: 1)
  }

  @Test func `everybody is everybody`() {
    let found = explain([[(50, 100), (25, 50), (24, 50)], [(60, 120), (39, 80)]])
    #expect(found.places.isEmpty && found.shares.isEmpty)
  }

  @Test func `one value is found, and its share`() {
    let found = explain([[(10, 60), (71, 70), (68, 70)], [(75, 100), (74, 100)]])
    #expect(found.places == [SegmentPlace(dimension: 0, value: 0)])
    #expect(abs(found.shares[0] - 50 / 51) < 1e-9)
  }

  @Test func `two values are found together, the larger loss first`() {
    let found = explain([
      [(30, 60), (5, 80), (59, 60), (100, 100)], [(97, 150), (97, 150)],
    ])
    #expect(found.places.map(\.value) == [1, 0])
    #expect(found.places.allSatisfy { $0.dimension == 0 })
    #expect(found.shares[0] > found.shares[1])
  }

  @Test func `a small segment does not hide behind a large one`() {
    let found = explain([[(980, 1_000), (0, 20)], [(490, 510), (490, 510)]])
    #expect(found.places == [SegmentPlace(dimension: 0, value: 1)])
  }

  @Test func `what is too much is explained likewise`() {
    let found = explain([[(160, 60), (71, 70)], [(116, 65), (115, 65)]], isDrop: false)
    #expect(found.places == [SegmentPlace(dimension: 0, value: 0)])
  }

  @Test func `a dimension with one value explains nothing`() {
    #expect(explain([[(50, 100)]]).places.isEmpty)
    #expect(explain([[]]).places.isEmpty)
  }
}
