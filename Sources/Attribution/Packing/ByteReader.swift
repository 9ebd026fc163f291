/// Reads what `ByteWriter` wrote. Truncated or impossible input is an error, never a crash.
@usableFromInline
package struct ByteReader {
  /// The bytes end early, or say something that no writer writes.
  @usableFromInline
  package struct Malformed: Error, Hashable, Sendable {
    @inlinable package init() {}
  }

  @usableFromInline let bytes: UnsafeRawBufferPointer
  /// Bytes read so far.
  @usableFromInline private(set) package var position = 0

  @inlinable
  package init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
  }

  @inlinable
  package var isAtEnd: Bool { position == bytes.count }

  @inlinable
  package mutating func readByte() throws(Malformed) -> UInt8 {
    guard position < bytes.count else { throw Malformed() }
    defer { position += 1 }
    return bytes[position]
  }

  @inlinable
  package mutating func readVarint() throws(Malformed) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let byte = try readByte()
      guard shift < 63 || (shift == 63 && byte <= 1) else { throw Malformed() }
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
  }

  @inlinable
  package mutating func readSigned() throws(Malformed) -> Int64 {
    let value = try readVarint()
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  @inlinable
  package mutating func readFixed() throws(Malformed) -> UInt64 {
    guard bytes.count - position >= 8 else { throw Malformed() }
    defer { position += 8 }
    return UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
  }

  /// A number that says how many things follow, each of at least one byte.
  @inlinable
  package mutating func readCount() throws(Malformed) -> Int {
    let count = try readVarint()
    guard count <= UInt64(bytes.count - position) else { throw Malformed() }
    return Int(count)
  }

  /// The next `count` bytes, valid as long as the input.
  @inlinable
  package mutating func read(count: Int) throws(Malformed) -> UnsafeRawBufferPointer {
    guard count <= bytes.count - position else { throw Malformed() }
    defer { position += count }
    return UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
  }

  /// Everything up to the end.
  package mutating func readRest() throws(Malformed) -> UnsafeRawBufferPointer {
    try read(count: bytes.count - position)
  }

  @inlinable
  package mutating func readCounted() throws(Malformed) -> UnsafeRawBufferPointer {
    try read(count: readCount())
  }

  package mutating func readText() throws(Malformed) -> String {
    String(decoding: try readCounted(), as: UTF8.self)
  }

  package mutating func readOptionalText() throws(Malformed) -> String? {
    let length = try readVarint()
    guard length > 0 else { return nil }
    guard length - 1 <= UInt64(bytes.count - position) else { throw Malformed() }
    return String(decoding: try read(count: Int(length - 1)), as: UTF8.self)
  }

  package mutating func readEventID() throws(Malformed) -> EventID {
    switch try readByte() {
    case 0: return .uuid(high: try readFixed(), low: try readFixed())
    case 1: return .text(try readText())
    default: throw Malformed()
    }
  }
}
