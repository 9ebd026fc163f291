@testable import Insights

/// Random numbers that a seed decides: a walk over all 64-bit states, its upper bits used.
struct Dice: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (state ^ (state >> 33)) &* 0xff51_afd7_ed55_8ccd
  }

  /// From 0 up to, not including, `bound`.
  mutating func below(_ bound: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// From 0 up to, not including, 1.
  mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Poisson, by Knuth's product of uniforms.
  mutating func poisson(_ mean: Double) -> Int {
    let bound = Mathematics.exp(-mean)
    var product = fraction()
    var count = 0
    while product > bound {
      product *= fraction()
      count += 1
    }
    return count
  }
}
