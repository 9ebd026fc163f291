import Testing

@testable import Attribution

/// Hashes and numbers that leave the process.
@Suite struct StableHashTests {
  private func hash(_ bytes: [UInt8]) -> (high: UInt64, low: UInt64) {
    bytes.withUnsafeBytes { StableHash.siphash128($0) }
  }

  /// From another implementation of SipHash, which gives the published vectors of SipHash-2-4 with
  /// 128 bits, set to one and three rounds. Whoever changes these moves everybody to other partitions.
  @Test func `hashes are the same in every version`() {
    let golden: [(String, UInt64, UInt64)] = [
      ("", 0x0130_30dd_6adb_62fd, 0xbea5_8827_b2bc_7ee7),
      ("u-42", 0x72f1_cceb_3ca4_9a01, 0x7394_3dd4_9e77_377b),
      ("d16ac635-6d43-4ba0-b25a-b988f773fbd7", 0x3ea0_ad55_d543_5588, 0x30dd_3d23_f9e7_3cb0),
    ]
    for (text, high, low) in golden {
      let found = hash(Array(text.utf8))
      #expect(found == (high, low), "\(text)")
    }
  }

  @Test func `every bit of the input moves about half of the bits of the output`() {
    for length in [1, 7, 8, 9, 16, 36] {
      let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) }
      let whole = hash(bytes)
      var total = 0
      for bit in 0..<length * 8 {
        var changed = bytes
        changed[bit / 8] ^= 1 << UInt8(bit % 8)
        let other = hash(changed)
        let moved =
          (whole.high ^ other.high).nonzeroBitCount + (whole.low ^ other.low).nonzeroBitCount
        #expect((30...98).contains(moved), "bit \(bit) of \(length) bytes")
        total += moved
      }
      let mean = Double(total) / Double(length * 8)
      #expect((58...70).contains(mean), "\(length) bytes")
    }
  }

  @Test func `length is part of the hash`() {
    var seen: Set<[UInt64]> = []
    for count in 0..<300 {
      let zeros = [UInt8](repeating: 0, count: count)
      let (high, low) = hash(zeros)
      let fold = zeros.withUnsafeBytes { StableHash.fold64($0) }
      #expect(seen.insert([high, low]).inserted)
      #expect(seen.insert([fold]).inserted)
    }
  }

  @Test func `the fast hash spreads what differs in one place`() {
    var seen: Set<UInt64> = []
    for number in 0..<100_000 {
      let text = Array("visit|Email|campaign-\(number)|shop.example/p/1".utf8)
      seen.insert(text.withUnsafeBytes { StableHash.fold64($0) })
    }
    #expect(seen.count == 100_000)
    var buckets = [Int](repeating: 0, count: 64)
    for value in seen { buckets[Int(value & 63)] += 1 }
    #expect(buckets.allSatisfy { (1_300...1_830).contains($0) }, "\(buckets)")
  }

  @Test(arguments: [1, 2, 3, 7, 12, 64, 1_000])
  func `journeys spread evenly over any number of partitions`(partitions: Int) {
    var counts = [Int](repeating: 0, count: partitions)
    let people = partitions * 1_000
    for person in 0..<people {
      let key = Array("u-\(person)".utf8).withUnsafeBytes { JourneyKey(person: $0) }
      counts[key.partition(of: partitions)] += 1
    }
    // Five standard deviations.
    #expect(counts.allSatisfy { abs($0 - 1_000) < 160 }, "\(counts)")
  }
}

/// Integers of variable length.
@Suite struct ByteCodingTests {
  private func read<Value>(
    _ bytes: [UInt8], _ body: (inout ByteReader) throws -> Value
  ) throws -> Value {
    try bytes.withUnsafeBytes { bytes in
      var reader = ByteReader(bytes)
      let value = try body(&reader)
      #expect(reader.isAtEnd)
      return value
    }
  }

  @Test(
    arguments: [
      0, 1, 127, 128, 16_383, 16_384, 1 << 62, 1 << 63, .max, UInt64(Int64.max),
    ] as [UInt64])
  func `every number comes back`(number: UInt64) throws {
    var writer = ByteWriter()
    writer.write(varint: number)
    #expect(writer.bytes.count == max(1, (70 - number.leadingZeroBitCount) / 7) || number == .max)
    #expect(try read(writer.bytes) { try $0.readVarint() } == number)
    for signed in [Int64(bitPattern: number), -1 &- Int64(bitPattern: number)] {
      var writer = ByteWriter()
      writer.write(signed: signed)
      #expect(try read(writer.bytes) { try $0.readSigned() } == signed)
    }
    writer = ByteWriter()
    writer.write(fixed: number)
    #expect(try read(writer.bytes) { try $0.readFixed() } == number)
  }

  @Test(
    arguments: [
      [], [0x80], [0xff, 0xff], [UInt8](repeating: 0xff, count: 10),
      [UInt8](repeating: 0x80, count: 9) + [0x02], [UInt8](repeating: 0x80, count: 11),
    ] as [[UInt8]])
  func `what no writer writes is malformed`(bytes: [UInt8]) {
    #expect(throws: ByteReader.Malformed.self) { try read(bytes) { try $0.readVarint() } }
  }

  @Test func `a count that the rest cannot hold is malformed`() {
    var writer = ByteWriter()
    writer.write(varint: 1 << 40)
    let bytes = writer.bytes
    #expect(throws: ByteReader.Malformed.self) { try read(bytes) { try $0.readCount() } }
    #expect(throws: ByteReader.Malformed.self) { try read(bytes) { try $0.readText() } }
    #expect(throws: ByteReader.Malformed.self) { try read(bytes) { try $0.readOptionalText() } }
  }
}
