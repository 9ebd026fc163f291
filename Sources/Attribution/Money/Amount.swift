/// An exact decimal number: `units` × 10^−`scale`. Money is never binary floating point.
///
/// 140.00 has 14,000 units at scale 2. A currency's minor unit gives the smallest scale; a value
/// that came with more decimals keeps them.
package struct Amount: Hashable, Sendable {
  package var units: Int64
  package var scale: UInt8

  /// Decimals an amount may have: enough for every currency and for per-unit prices.
  package static let maximumScale: UInt8 = 9

  package init(units: Int64, scale: UInt8) {
    precondition(scale <= Amount.maximumScale, "scale \(scale)")
    self.units = units
    self.scale = scale
  }

  package static let zero = Amount(units: 0, scale: 0)

  package static let powersOfTen: [Int64] = [
    1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000,
  ]

  /// The same amount at `scale` or, if it needs more decimals, unchanged; `nil` if it overflows.
  package func widened(toScale scale: UInt8) -> Amount? {
    guard scale > self.scale else { return self }
    let factor = Amount.powersOfTen[Int(scale - self.scale)]
    let (units, overflow) = self.units.multipliedReportingOverflow(by: factor)
    return overflow ? nil : Amount(units: units, scale: scale)
  }

  /// The same amount without trailing zero decimals.
  package var normalized: Amount {
    var result = self
    while result.scale > 0, result.units % 10 == 0 {
      result.units /= 10
      result.scale -= 1
    }
    return result
  }
}

extension Amount {
  /// Reads the decimal that `number` was written as.
  ///
  /// A decimal of up to 15 significant digits survives the way through a `Double`; it is found
  /// again as the shortest `m × 10^−k` whose nearest `Double` is `number`. Numbers that are not
  /// finite, too large, or need more than nine decimals are `nil`.
  package init?(exactly number: Double) {
    guard number.isFinite else { return nil }
    for (scale, power) in Amount.powersOfTen.enumerated() {
      let scaled = (number * Double(power)).rounded()
      // Beyond 2^53 a Double no longer holds every integer, so the test below would prove nothing.
      guard scaled.magnitude <= 9_007_199_254_740_992 else { return nil }
      if scaled / Double(power) == number {
        self.init(units: Int64(scaled), scale: UInt8(scale))
        return
      }
    }
    return nil
  }

  /// Reads plain decimal text such as `66.50`, `-3` or `+0.5`: no exponent, no grouping, no sign
  /// of a currency. Anything else, and more than nine decimals, is `nil`.
  package init?(decimal bytes: some Sequence<UInt8>) {
    var units: Int64 = 0
    var scale: UInt8 = 0
    var digits = 0
    var isNegative = false
    var hasPoint = false
    for (index, byte) in bytes.enumerated() {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        let (product, tooLarge) = units.multipliedReportingOverflow(by: 10)
        let (sum, carry) = product.addingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
        guard !tooLarge, !carry else { return nil }
        units = sum
        digits += 1
        if hasPoint {
          guard scale < Amount.maximumScale else { return nil }
          scale += 1
        }
      case UInt8(ascii: "."):
        guard !hasPoint else { return nil }
        hasPoint = true
      case UInt8(ascii: "-") where index == 0: isNegative = true
      case UInt8(ascii: "+") where index == 0: break
      default: return nil
      }
    }
    guard digits > 0 else { return nil }
    self.init(units: isNegative ? -units : units, scale: scale)
  }
}

extension Amount: CustomStringConvertible {
  /// The decimal with all its decimals: `140.00`, `-0.05`, `3`.
  package var description: String {
    let (whole, fraction) = units.magnitude.quotientAndRemainder(
      dividingBy: UInt64(Amount.powersOfTen[Int(scale)]))
    let sign = units < 0 ? "-" : ""
    guard scale > 0 else { return "\(sign)\(whole)" }
    let digits = String(fraction)
    return "\(sign)\(whole)." + String(repeating: "0", count: Int(scale) - digits.count) + digits
  }
}
