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
    if number < 10, minimumCount == 1 {
      return bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number))
    }
    withUnsafeTemporaryAllocation(byteCount: longest, alignment: 1) { buffer in
      var start = longest
      var rest = number
      while rest > 0 || longest - start < minimumCount {
        start -= 1
        buffer[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      }
      bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: buffer[start...]))
    }
  }

  /// Digits of the largest `UInt64`.
  private static var longest: Int { 20 }
}
