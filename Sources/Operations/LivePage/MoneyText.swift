internal import Attribution

/// Money as people read it: with all decimals of its currency, and commas between thousands.
enum MoneyText {
  /// `1,191.80 EUR`, `1,192 JPY`; an amount of more decimals than its currency has keeps them.
  static func text(_ value: Double, currency: String?) -> String {
    let unit = currency.map { " \($0)" } ?? ""
    guard
      let amount = Amount(exactly: value)?.widened(toScale: Currency.minorUnitScale(of: currency))
    else { return "\(value)\(unit)" }
    let digits = String(amount.units.magnitude)
    let scale = Int(amount.scale)
    let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
    let fraction = scale > 0 ? ".\(padded.suffix(scale))" : ""
    return (amount.units < 0 ? "-" : "") + grouped(padded.dropLast(scale)) + fraction + unit
  }

  private static func grouped(_ digits: Substring) -> String {
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return text
  }
}
