/// Compares bytes eight at a time, where the loop over single ones would show.
package enum ByteComparison {
  package static func areEqual(_ left: [UInt8], _ right: UnsafeRawBufferPointer) -> Bool {
    left.withUnsafeBytes { areEqual($0, right) }
  }

  package static func areEqual(
    _ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer
  ) -> Bool {
    guard left.count == right.count else { return false }
    var position = 0
    while right.count - position >= 8 {
      let word = left.loadUnaligned(fromByteOffset: position, as: UInt64.self)
      guard word == right.loadUnaligned(fromByteOffset: position, as: UInt64.self) else {
        return false
      }
      position += 8
    }
    while position < right.count, left[position] == right[position] { position += 1 }
    return position == right.count
  }
}
