/// Appends the binary forms that stay inside Afterclick: little-endian, variable-length integers.
@usableFromInline
package struct ByteWriter: Hashable, Sendable {
  @usableFromInline package var bytes: [UInt8]

  @inlinable
  package init(_ bytes: [UInt8] = []) {
    self.bytes = bytes
  }

  @inlinable
  package mutating func write(byte: UInt8) { bytes.append(byte) }

  /// LEB128: seven bits a byte, the lowest first.
  @inlinable
  package mutating func write(varint value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  /// Zigzag, so that small negative numbers stay small.
  @inlinable
  package mutating func write(signed value: Int64) {
    write(varint: UInt64(bitPattern: value << 1 ^ value >> 63))
  }

  @inlinable
  package mutating func write(fixed value: UInt64) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// The length, then the bytes.
  @inlinable
  package mutating func write(counted value: UnsafeRawBufferPointer) {
    write(varint: UInt64(value.count))
    bytes.append(contentsOf: value)
  }

  package mutating func write(text: String) {
    var text = text
    text.withUTF8 { write(counted: UnsafeRawBufferPointer($0)) }
  }

  /// Length + 1 and the bytes; a zero for `nil`.
  package mutating func write(optionalText text: String?) {
    guard var text else { return write(byte: 0) }
    text.withUTF8 {
      write(varint: UInt64($0.count) + 1)
      bytes.append(contentsOf: $0)
    }
  }

  /// A UUID takes seventeen bytes, any other id its length and text.
  package mutating func write(eventID: EventID) {
    switch eventID {
    case .uuid(let high, let low):
      write(byte: 0)
      write(fixed: high)
      write(fixed: low)
    case .text(let text):
      write(byte: 1)
      write(text: text)
    }
  }
}
