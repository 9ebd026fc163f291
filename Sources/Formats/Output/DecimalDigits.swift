internal import Attribution

/// Appends numbers as decimal text without making a string of them.
enum DecimalDigits {
  static func append(_ number: Int64, to bytes: inout [UInt8]) {
    if number < 0 { bytes.append(UInt8(ascii: "-")) }
    append(number.magnitude, minimumCount: 1, to: &bytes)
  }

  /// The decimal with all its decimals, as `Amount.description` spells it.
  static func append(_ amount: Amount, to bytes: inout [UInt8]) {
    let (whole, fraction) = amount.units.magnitude.quotientAndRemainder(
      dividingBy: UInt64(Amount.powersOfTen[Int(amount.scale)]))
    if amount.units < 0 { bytes.append(UInt8(ascii: "-")) }
    append(whole, minimumCount: 1, to: &bytes)
    guard amount.scale > 0 else { return }
    bytes.append(UInt8(ascii: "."))
    append(fraction, minimumCount: Int(amount.scale), to: &bytes)
  }

  /// The digits of `number`, with zeros before them up to `minimumCount`.
  private static func append(
    _ number: UInt64, minimumCount: Int, to bytes: inout [UInt8]
  ) {
    var count = 1
    var rest = number / 10
    while rest > 0 {
      count += 1
      rest /= 10
    }
    count = max(count, minimumCount)
    let end = bytes.count + count
    for _ in 0..<count { bytes.append(UInt8(ascii: "0")) }
    rest = number
    var position = end
    while rest > 0 {
      position -= 1
      bytes[position] += UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
  }
}
