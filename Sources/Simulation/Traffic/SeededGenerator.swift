/// Random numbers that a seed decides: xoshiro256**, its state filled by SplitMix64.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: (UInt64, UInt64, UInt64, UInt64)

  /// The generator that `seed` stands for.
  package init(seed: UInt64) {
    var seed = seed
    func word() -> UInt64 {
      seed &+= 0x9e37_79b9_7f4a_7c15
      return SeededGenerator.mixed(seed)
    }
    state = (word(), word(), word(), word())
  }

  /// Scatters the bits of `value`: a hash that is the same in every process.
  package static func mixed(_ value: UInt64) -> UInt64 {
    var bits = value
    bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
    return bits ^ (bits >> 31)
  }

  package mutating func next() -> UInt64 {
    let product = state.1 &* 5
    let result = ((product << 7) | (product >> 57)) &* 9
    let shifted = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= shifted
    state.3 = (state.3 << 45) | (state.3 >> 19)
    return result
  }

  /// Evenly from 0 up to, not including, 1.
  package mutating func fraction() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// True with the given probability.
  package mutating func chance(_ probability: Double) -> Bool {
    fraction() < probability
  }

  /// Evenly from 0 up to, not including, `bound`, which is positive.
  package mutating func below(_ bound: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// Evenly from `range`, both ends included.
  package mutating func within(_ range: ClosedRange<Int64>) -> Int64 {
    range.lowerBound + Int64(below(Int(range.upperBound - range.lowerBound) + 1))
  }
}
