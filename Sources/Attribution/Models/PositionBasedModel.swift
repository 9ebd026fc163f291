/// Fixed shares to the first and the last touchpoint, the rest spread evenly over the middle.
///
/// Two touchpoints share in the proportion of the first and the last share; one gets everything.
/// A J-shape and an inverse J are the same with other shares, under names of their own.
package struct PositionBasedModel: AttributionModel {
  package let name: String
  /// Shares in millionths.
  package let first: UInt64
  package let last: UInt64

  private static let whole: UInt64 = 1_000_000

  /// Shares in millionths; together they are positive and at most one million.
  package init(
    name: String = "position_based", first: UInt64 = 400_000, last: UInt64 = 400_000
  ) {
    precondition(first + last > 0 && first + last <= PositionBasedModel.whole)
    self.name = name
    self.first = first
    self.last = last
  }

  /// A fifth to the first, three fifths to the last.
  package static let jShaped = PositionBasedModel(
    name: "j_shaped", first: 200_000, last: 600_000)

  /// Three fifths to the first, a fifth to the last.
  package static let inverseJShaped = PositionBasedModel(
    name: "inverse_j_shaped", first: 600_000, last: 200_000)

  package var parameters: [ModelParameter] {
    [ModelParameter("first", .millionths(first)), ModelParameter("last", .millionths(last))]
  }

  package func credits(for path: Path) -> Credits {
    let count = path.touchpoints.count
    switch count {
    case 1: return Credits(wholeTo: 0, of: 1)
    case 2: return Credits(normalizing: [first, last])
    default:
      // Everything times (count − 2), so that the middle's equal parts are whole numbers.
      let middleCount = UInt64(count - 2)
      let middle = PositionBasedModel.whole - first - last
      var weights = [UInt64](repeating: middle, count: count)
      weights[0] = first * middleCount
      weights[count - 1] = last * middleCount
      return Credits(normalizing: weights)
    }
  }
}
