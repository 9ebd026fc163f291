/// An exact ratio of integers in lowest terms, its denominator positive.
package struct Fraction: Hashable, Sendable {
  package let numerator: Int128
  package let denominator: Int128

  package init(_ numerator: Int128, _ denominator: Int128 = 1) {
    precondition(denominator > 0, "denominator \(denominator)")
    var (divisor, rest) = (denominator, Int128(numerator.magnitude))
    while rest != 0 { (divisor, rest) = (rest, divisor % rest) }
    self.numerator = numerator / divisor
    self.denominator = denominator / divisor
  }

  /// The fraction that decimal text such as `0.4` says; `nil` if it is no decimal.
  package init?(_ text: String) {
    guard let decimal = AuditDecimal(text: text) else { return nil }
    self.init(decimal.units, (0..<decimal.scale).reduce(1) { power, _ in power * 10 })
  }

  package static let zero = Fraction(0)
  package static let one = Fraction(1)

  package static func + (left: Fraction, right: Fraction) -> Fraction {
    Fraction(
      left.numerator * right.denominator + right.numerator * left.denominator,
      left.denominator * right.denominator)
  }

  package static func - (left: Fraction, right: Fraction) -> Fraction {
    left + Fraction(-right.numerator, right.denominator)
  }

  package static func * (left: Fraction, right: Fraction) -> Fraction {
    Fraction(left.numerator * right.numerator, left.denominator * right.denominator)
  }

  /// `right` is positive.
  package static func / (left: Fraction, right: Fraction) -> Fraction {
    left * Fraction(right.denominator, right.numerator)
  }

  /// The largest whole number that is not larger; the fraction is not negative.
  var floor: Int128 { numerator / denominator }

  package var double: Double { Double(numerator) / Double(denominator) }
}

extension Fraction: Comparable {
  package static func < (left: Fraction, right: Fraction) -> Bool {
    left.numerator * right.denominator < right.numerator * left.denominator
  }
}
