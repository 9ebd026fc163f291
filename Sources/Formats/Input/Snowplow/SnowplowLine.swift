internal import Attribution

/// An enriched event as a line of 131 columns with tabs between them. Refilled for every record.
///
struct SnowplowLine {
  /// The end of each column. After each but the last there is a tab.
  private var ends = [Int32](repeating: 0, count: SnowplowColumns.count)
  private(set) var bytes = UnsafeRawBufferPointer(start: nil, count: 0)

  /// Finds the columns of `bytes`, which must be valid while the line is used.
  mutating func read(_ bytes: UnsafeRawBufferPointer) throws(RejectedInput) {
    self.bytes = bytes
    guard JSONReader.isUTF8(bytes) else {
      throw RejectedInput(.invalidText, "the record is not UTF-8")
    }
    let tabs = findTabs()
    guard tabs + 1 == SnowplowColumns.count else {
      throw RejectedInput(
        .wrongColumns,
        "the record has \(tabs + 1) columns with tabs between them, not the "
          + "\(SnowplowColumns.count) of an enriched event")
    }
    ends[SnowplowColumns.count - 1] = Int32(bytes.count)
  }

  /// Where a column is in the line.
  @inline(__always)
  func range(_ position: Int) -> Range<Int> {
    let start = position == 0 ? 0 : Int(ends[position - 1]) + 1
    return start..<Int(ends[position])
  }

  /// The column's text; empty if it has none.
  @inline(__always)
  func text(_ position: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: bytes[range(position)])
  }

  /// Notes where the first 131 tabs are, and counts them all; eight bytes at a time.
  private mutating func findTabs() -> Int {
    let bytes = bytes
    return ends.withUnsafeMutableBufferPointer { ends in
      var count = 0
      var position = 0
      while position + 8 <= bytes.count {
        let word = UInt64(
          littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
        var marks = SnowplowLine.marks(ofTabsIn: word)
        while marks != 0 {
          if count < ends.count { ends[count] = Int32(position + marks.trailingZeroBitCount / 8) }
          count += 1
          marks &= marks - 1
        }
        position += 8
      }
      while position < bytes.count {
        if bytes[position] == SnowplowLine.tab {
          if count < ends.count { ends[count] = Int32(position) }
          count += 1
        }
        position += 1
      }
      return count
    }
  }

  private static let tab = UInt8(ascii: "\t")

  /// The high bit of every byte that is a tab. Adding carries nothing from byte to byte, because
  /// the high bits are left out, so every mark is right.
  @inline(__always)
  private static func marks(ofTabsIn word: UInt64) -> UInt64 {
    let low: UInt64 = 0x7f7f_7f7f_7f7f_7f7f
    let difference = word ^ 0x0909_0909_0909_0909
    return ~(((difference & low) &+ low) | difference | low)
  }
}
