/// Hashes that are the same in every process and on every machine, unlike `Hasher`.
package enum StableHash {
  /// SipHash-1-3 with 128 bits of output (Aumasson and Bernstein), with a fixed key.
  ///
  /// Used where different texts must practically never meet: persons and long event ids.
  package static func siphash128(_ bytes: UnsafeRawBufferPointer) -> (high: UInt64, low: UInt64) {
    var state = SipState()
    var position = 0
    while bytes.count - position >= 8 {
      let word = bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
      state.compress(UInt64(littleEndian: word))
      position += 8
    }
    var last = UInt64(bytes.count & 0xff) << 56
    for offset in 0..<bytes.count - position {
      last |= UInt64(bytes[position + offset]) << UInt64(8 * offset)
    }
    state.compress(last)
    return state.finish()
  }

  /// A fast 64-bit hash for tables of our own: multiply and fold, eight bytes at a time.
  package static func fold64(_ bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt64 {
    var hash = seed ^ 0x9e37_79b9_7f4a_7c15 ^ UInt64(bytes.count)
    var position = 0
    while bytes.count - position >= 8 {
      hash = fold(hash ^ bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
      position += 8
    }
    var last: UInt64 = 0
    for offset in 0..<bytes.count - position {
      last |= UInt64(bytes[position + offset]) << UInt64(8 * offset)
    }
    return fold(fold(hash ^ last))
  }

  private static func fold(_ value: UInt64) -> UInt64 {
    let (high, low) = value.multipliedFullWidth(by: 0xa076_1d64_78bd_642f)
    return high ^ low ^ 0xe703_7ed1_a0b4_28db
  }

  private struct SipState {
    // The four initial words of SipHash, xored with the fixed key 0…15; 0xee marks 128-bit output.
    var v0: UInt64 = 0x736f_6d65_7073_6575 ^ 0x0706_0504_0302_0100
    var v1: UInt64 = 0x646f_7261_6e64_6f6d ^ 0x0f0e_0d0c_0b0a_0908 ^ 0xee
    var v2: UInt64 = 0x6c79_6765_6e65_7261 ^ 0x0706_0504_0302_0100
    var v3: UInt64 = 0x7465_6462_7974_6573 ^ 0x0f0e_0d0c_0b0a_0908

    mutating func round() {
      v0 &+= v1
      v1 = v1 << 13 | v1 >> 51
      v1 ^= v0
      v0 = v0 << 32 | v0 >> 32
      v2 &+= v3
      v3 = v3 << 16 | v3 >> 48
      v3 ^= v2
      v0 &+= v3
      v3 = v3 << 21 | v3 >> 43
      v3 ^= v0
      v2 &+= v1
      v1 = v1 << 17 | v1 >> 47
      v1 ^= v2
      v2 = v2 << 32 | v2 >> 32
    }

    mutating func compress(_ word: UInt64) {
      v3 ^= word
      round()
      v0 ^= word
    }

    mutating func finish() -> (high: UInt64, low: UInt64) {
      v2 ^= 0xee
      for _ in 0..<3 { round() }
      let low = v0 ^ v1 ^ v2 ^ v3
      v1 ^= 0xdd
      for _ in 0..<3 { round() }
      return (v0 ^ v1 ^ v2 ^ v3, low)
    }
  }
}
