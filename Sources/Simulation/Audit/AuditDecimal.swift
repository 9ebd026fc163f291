internal import Foundation

/// An exact decimal with room to multiply: `units` × 10^−`scale`.
package struct AuditDecimal: Sendable {
  package let units: Int128
  package let scale: Int

  package init(units: Int128, scale: Int) {
    self.units = units
    self.scale = scale
  }

  /// Reads plain decimal text: a sign, digits, a point. At most nine decimals and 63 bits.
  package init?(text: String) {
    var digits = text.trimmingCharacters(in: .whitespacesAndNewlines)
    let isNegative = digits.hasPrefix("-")
    if isNegative || digits.hasPrefix("+") { digits.removeFirst() }
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, parts.joined().allSatisfy({ "0123456789".contains($0) }),
      let units = Int64(parts.joined())
    else { return nil }
    let scale = parts.count == 2 ? parts[1].count : 0
    guard scale <= 9 else { return nil }
    self.init(units: Int128(isNegative ? -units : units), scale: scale)
  }

  /// Reads a JSON number that Foundation wrote out. An integer may have 63 bits; a fraction must be
  /// one that a `Double` holds exactly enough to be found again: 2^53 units.
  init?(number: String) {
    guard number.contains(where: { ".eE".contains($0) }) else {
      self.init(text: number)
      return
    }
    // Decimal writes out exponents, and drops the `.0` of a whole number.
    guard let decimal = Decimal(string: number),
      let exact = AuditDecimal(text: decimal.description),
      exact.units.magnitude <= 1 << 53
    else { return nil }
    self = exact
  }

  /// The same decimal with no more decimals than it needs.
  var withoutTrailingZeros: AuditDecimal {
    guard scale > 0, units % 10 == 0 else { return self }
    return AuditDecimal(units: units / 10, scale: scale - 1).withoutTrailingZeros
  }

  /// The same decimal with at least `scale` decimals; `nil` beyond 63 bits.
  func widened(to scale: Int) -> AuditDecimal? {
    guard scale > self.scale else { return self }
    var units = units
    for _ in self.scale..<scale { units *= 10 }
    guard Int64(exactly: units) != nil else { return nil }
    return AuditDecimal(units: units, scale: scale)
  }

  /// This less `other`, whatever its sign, but never past zero; `nil` beyond 63 bits.
  func reduced(by other: AuditDecimal) -> AuditDecimal? {
    let scale = max(scale, other.scale)
    guard let left = widened(to: scale), let right = other.widened(to: scale) else { return nil }
    let rest = left.units - Int128(right.units.magnitude)
    guard Int64(exactly: rest) != nil else { return nil }
    return AuditDecimal(units: max(rest, min(left.units, 0)), scale: scale)
  }

  /// With all its decimals: `140.00`.
  package var text: String {
    var digits = String(units.magnitude)
    while digits.count <= scale { digits = "0" + digits }
    if scale > 0 { digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -scale)) }
    return (units < 0 ? "-" : "") + digits
  }

  /// How many decimals the money of `currency` has (ISO 4217); two if it is not known.
  static func minorUnit(of currency: String?) -> Int {
    switch currency ?? "" {
    case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND",
      "VUV", "XAF", "XOF", "XPF":
      0
    case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND": 3
    case "CLF", "UYW": 4
    default: 2
    }
  }
}

extension AuditDecimal: Equatable {
  /// Equal as numbers: 140 is 140.00.
  package static func == (left: AuditDecimal, right: AuditDecimal) -> Bool {
    let scale = max(left.scale, right.scale)
    func units(_ decimal: AuditDecimal) -> Int128 {
      (decimal.scale..<scale).reduce(decimal.units) { units, _ in units * 10 }
    }
    return units(left) == units(right)
  }
}
