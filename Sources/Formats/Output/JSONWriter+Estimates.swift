package import Attribution

extension JSONWriter {
  /// A number that is an estimate, with so many decimals; nothing for `nil` and for what no decimal
  /// stands for.
  package mutating func member(_ name: StaticString, _ number: Double?, decimals: UInt8) {
    guard let number, let amount = Amount(rounding: number, scale: decimals) else { return }
    member(name, amount)
  }
}

extension Amount {
  /// `number` as a decimal of at most `scale` decimals; `nil` if it is not finite or too large.
  ///
  /// For estimates: money that somebody is credited with never was a `Double`.
  package init?(rounding number: Double, scale: UInt8) {
    let scaled = (number * Double(Amount.powersOfTen[Int(scale)])).rounded()
    guard let units = Int64(exactly: scaled) else { return nil }
    self = Amount(units: units, scale: scale).normalized
  }
}
