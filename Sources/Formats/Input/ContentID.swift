internal import Attribution

/// The id of an event whose tracker gave none: a hash of its record.
///
/// The same bytes have the same id wherever they are read, so a record that is delivered again, or
/// replayed from a file, is recognised.
enum ContentID {
  /// `hash-` and 32 hexadecimal digits. An event of a batch appends its number there: `hash-…-3`.
  static func text(for record: UnsafeRawBufferPointer) -> String {
    let hash = StableHash.siphash128(record)
    return "hash-" + digits(of: hash.high) + digits(of: hash.low)
  }

  private static func digits(of word: UInt64) -> String {
    let digits = String(word, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
