package import Attribution

/// A part of the module's state, as bytes of a checkpoint and back.
package protocol StateBytes {
  func write(to writer: inout ByteWriter)
  init(from reader: inout ByteReader) throws(ByteReader.Malformed)
}

extension ByteWriter {
  /// The bits of `number`: nothing is rounded, so that a restored state goes on exactly as it was.
  package mutating func write(number: Double) { write(fixed: number.bitPattern) }

  package mutating func write(numbers: [Double]) {
    write(varint: UInt64(numbers.count))
    for number in numbers { write(number: number) }
  }

  package mutating func write(parts: some Collection<some StateBytes>) {
    write(varint: UInt64(parts.count))
    for part in parts { part.write(to: &self) }
  }

  package mutating func write(time: EventTime) { write(signed: time.milliseconds) }

  package mutating func write(flag: Bool) { write(byte: flag ? 1 : 0) }
}

extension ByteReader {
  package mutating func readNumber() throws(Malformed) -> Double {
    Double(bitPattern: try readFixed())
  }

  package mutating func readNumbers() throws(Malformed) -> [Double] {
    var numbers: [Double] = []
    let count = try readCount()
    numbers.reserveCapacity(count)
    for _ in 0..<count { numbers.append(try readNumber()) }
    return numbers
  }

  package mutating func readParts<Part: StateBytes>() throws(Malformed) -> [Part] {
    var parts: [Part] = []
    for _ in 0..<(try readCount()) { parts.append(try Part(from: &self)) }
    return parts
  }

  package mutating func readTime() throws(Malformed) -> EventTime {
    EventTime(milliseconds: try readSigned())
  }

  package mutating func readFlag() throws(Malformed) -> Bool {
    switch try readByte() {
    case 0: return false
    case 1: return true
    default: throw Malformed()
    }
  }

  /// A number that fits an `Int` and is not negative.
  package mutating func readSmall() throws(Malformed) -> Int {
    guard let number = Int(exactly: try readVarint()) else { throw Malformed() }
    return number
  }
}
