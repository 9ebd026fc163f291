import Testing

@testable import Attribution

/// Money is decimal from the first byte to the last.
@Suite struct AmountTests {
  @Test(
    arguments: [
      ("66.50", 6_650, 2), ("-3", -3, 0), ("+0.5", 5, 1), ("0", 0, 0), ("-0", 0, 0), ("5.", 5, 0),
      (".5", 5, 1), ("000.000000001", 1, 9), ("9223372036854775807", .max, 0),
      ("-9223372036854775807", -.max, 0), ("92233720368547758.07", .max, 2),
    ] as [(String, Int64, UInt8)])
  func `decimal text is read exactly`(text: String, units: Int64, scale: UInt8) {
    #expect(Amount(decimal: text.utf8) == Amount(units: units, scale: scale))
  }

  @Test(arguments: [
    "", "-", "+", ".", "-.", "1e3", "1,000", "1.2.3", "12 ", " 12", "€5", "0x10", "--1", "1-",
    "NaN",
    "9223372036854775808", "1.0000000001", "٣",
  ])
  func `anything else is no amount`(text: String) {
    #expect(Amount(decimal: text.utf8) == nil)
  }

  @Test(
    arguments: [
      (140, "140"), (66.5, "66.5"), (0.1, "0.1"), (-12.34, "-12.34"), (0, "0"), (-0.0, "0"),
      (19.99, "19.99"), (1_234_567.891, "1234567.891"), (0.000000001, "0.000000001"),
      (999_999_999_999_999, "999999999999999"), (9_007_199_254_740_992, "9007199254740992"),
      (99_999_999_999.9999, "99999999999.9999"),
    ] as [(Double, String)])
  func `the decimal a number was written as is found again`(number: Double, text: String) {
    #expect(Amount(exactly: number)?.description == text)
  }

  @Test(arguments: [
    Double.nan, .infinity, -.infinity, 1e300, 1e17, .leastNonzeroMagnitude, 0.0000000001, 1.0 / 3,
  ])
  func `numbers that no short decimal means are no amount`(number: Double) {
    #expect(Amount(exactly: number) == nil)
  }

  @Test(arguments: 0...9 as ClosedRange<UInt8>)
  func `every decimal of up to fifteen digits survives a Double`(scale: UInt8) {
    var digits: UInt64 = 1
    for step in 0..<3_000 as Range<UInt64> {
      // A walk over all magnitudes that the same run always takes.
      digits = digits &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let units = Int64(digits >> 11) % [10, 1_000, 1_000_000, 999_999_999_999_999][Int(step % 4)]
      let amount = Amount(units: units, scale: scale)
      let number = Double(units) / Double(Amount.powersOfTen[Int(scale)])
      #expect(Amount(exactly: number) == amount.normalized, "\(amount)")
    }
  }

  @Test(
    arguments: [
      (14_000, 2, "140.00"), (-5, 2, "-0.05"), (3, 0, "3"), (1, 9, "0.000000001"),
      (.min, 0, "-9223372036854775808"), (.min, 9, "-9223372036.854775808"), (0, 3, "0.000"),
    ] as [(Int64, UInt8, String)])
  func `an amount is written with all its decimals`(units: Int64, scale: UInt8, text: String) {
    #expect(Amount(units: units, scale: scale).description == text)
  }

  @Test func `widening adds decimals or says that it cannot`() {
    #expect(Amount(units: 5, scale: 0).widened(toScale: 2) == Amount(units: 500, scale: 2))
    #expect(Amount(units: 5, scale: 3).widened(toScale: 2) == Amount(units: 5, scale: 3))
    #expect(Amount(units: .max, scale: 0).widened(toScale: 1) == nil)
    #expect(Amount(units: .min, scale: 0).widened(toScale: 1) == nil)
  }

  @Test func `normalising drops zeros at the end and nothing else`() {
    #expect(Amount(units: 14_000, scale: 2).normalized == Amount(units: 140, scale: 0))
    #expect(Amount(units: 1_010, scale: 3).normalized == Amount(units: 101, scale: 2))
    #expect(Amount(units: 0, scale: 9).normalized == .zero)
    #expect(Amount(units: .min, scale: 9).normalized == Amount(units: .min, scale: 9))
  }

  @Test(
    arguments: [
      ("EUR", 2), ("USD", 2), ("JPY", 0), ("KRW", 0), ("BHD", 3), ("TND", 3), ("CLF", 4), (nil, 2),
      ("???", 2),
    ] as [(String?, UInt8)])
  func `a currency has its minor unit`(code: String?, scale: UInt8) {
    #expect(Currency.minorUnitScale(of: code) == scale)
  }
}

/// Largest remainder: to the last unit, and always the same.
@Suite struct SharingTests {
  @Test(
    arguments: [
      // One unit over equal shares goes to the earliest.
      (100, [1, 1, 1], [34, 33, 33]), (101, [1, 1, 1], [34, 34, 33]),
      (-100, [1, 1, 1], [-34, -33, -33]),
      // The largest remainder wins before position: 1.2, 3.0, 5.8 of ten.
      (10, [12, 30, 58], [1, 3, 6]), (10, [58, 30, 12], [6, 3, 1]),
      (1, [1, 2, 1], [0, 1, 0]), (2, [1, 1, 1, 1], [1, 1, 0, 0]), (0, [1, 2], [0, 0]),
      // Nothing for whoever has no credit.
      (7, [0, 1, 0, 1], [0, 4, 0, 3]),
      (.max, [1, 1], [1 << 62, (1 << 62) - 1]), (.min, [1, 1], [-(1 << 62), -(1 << 62)]),
      (.min, [1], [.min]),
    ] as [(Int64, [UInt64], [Int64])])
  func `units go to the largest remainders, ties to the earlier`(
    units: Int64, weights: [UInt64], parts: [Int64]
  ) {
    let shares = Amount(units: units, scale: 2).shared(by: Credits(normalizing: weights))
    #expect(shares == parts.map { Amount(units: $0, scale: 2) })
  }

  @Test(arguments: [100, -100, .max, .min] as [Int64])
  func `participation gives all to everybody`(units: Int64) {
    let amount = Amount(units: units, scale: 0)
    #expect(amount.shared(by: Credits(oneToEach: 3)) == [amount, amount, amount])
    #expect(!Credits(oneToEach: 3).sumsToOne)
    #expect(Credits(oneToEach: 3).millionths(at: 2) == 1_000_000)
  }

  @Test func `the greatest weights of the longest paths share without overflow`() {
    let weights = [UInt64](repeating: Credits.maximumWeight, count: 10_000)
    let shares = Amount(units: .max, scale: 0).shared(by: Credits(normalizing: weights))
    #expect(shares.map(\.units).reduce(0, +) == .max)
    #expect(Credits(normalizing: weights).millionths(at: 0) == 100)
  }
}
