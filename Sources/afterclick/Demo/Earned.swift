/// A share of conversions and what it is worth.
struct Earned: Hashable, Sendable {
  /// Millionths of conversions.
  var millionths: Int64 = 0
  var cents: Int64 = 0

  static func += (left: inout Earned, right: Earned) {
    left.millionths += right.millionths
    left.cents += right.cents
  }

  static func -= (left: inout Earned, right: Earned) {
    left.millionths -= right.millionths
    left.cents -= right.cents
  }

  var conversions: Double { Double(millionths) / 1_000_000 }
}
