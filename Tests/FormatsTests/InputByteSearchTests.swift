import Testing

@testable import Formats

@Suite struct InputByteSearchTests {
  @Test func `the first of two bytes is found wherever it is`() {
    // Neighbours of the bytes looked for, and bytes with the high bit, must not be mistaken.
    let others: [UInt8] = [0x3e, 0x40, 0x22, 0x24, 0xbf, 0xa3, 0x00, 0x01, 0x80, 0xff]
    for count in 0..<40 {
      for place in 0...count {
        for found in [UInt8(ascii: "?"), UInt8(ascii: "#")] {
          var bytes = (0..<count).map { others[($0 * 7 + place) % others.count] }
          for later in stride(from: place, to: count, by: 3) { bytes[later] = found }
          let index = bytes.withUnsafeBytes {
            ByteSearch.firstIndex(of: "?", or: "#", in: $0)
          }
          #expect(index == place)
        }
      }
    }
  }

  @Test func `a search starts where it is told`() {
    let index = Array("??x?".utf8).withUnsafeBytes {
      ByteSearch.firstIndex(of: "?", or: "?", in: $0, from: 2)
    }
    #expect(index == 3)
  }

  @Test(arguments: [0, 1, 7, 8, 9, 15, 16])
  func `a short name differs from every other in one byte`(count: Int) {
    func name(_ bytes: [UInt8]) -> ShortName? { bytes.withUnsafeBytes { ShortName($0) } }
    let bytes = Array("AbCdEfGhIjKlMnOp".utf8.prefix(count))
    #expect(name(bytes)?.lowercased == name(Array("abcdefghijklmnop".utf8.prefix(count))))
    for place in 0..<count {
      for byte in UInt8.min...UInt8.max where byte | 0x20 != bytes[place] | 0x20 {
        var other = bytes
        other[place] = byte
        #expect(name(other)?.lowercased != name(bytes)?.lowercased)
      }
    }
    #expect(name(Array(repeating: 0, count: count)) != name(Array(repeating: 0, count: count + 1)))
  }
}
