internal import Attribution

/// Remembers which links between devices and people have been forwarded, so that not every event
/// with both ids leads to one.
///
/// Of the links in one slot only the first counts, so a later one than was forwarded can be left
/// out. The table is of fixed size; a link that has lost its place is forwarded again, which does no
/// harm.
struct LinkFilter {
  private struct Entry {
    var high: UInt64 = 0
    var low: UInt64 = 0
    var earliest = EventTime(milliseconds: .max)
  }

  /// Links remembered per partition of an input: 24 bytes each.
  static let capacity = 1 << 14

  private var entries: [Entry] = []
  private var text: [UInt8] = []

  /// Whether an earlier link of the same slot has been forwarded; if not, this one counts as
  /// forwarded from now on.
  mutating func isRedundant(
    device: UnsafeRawBufferPointer, person: UnsafeRawBufferPointer, time: EventTime
  ) -> Bool {
    if entries.isEmpty { entries = [Entry](repeating: Entry(), count: LinkFilter.capacity) }
    text.removeAll(keepingCapacity: true)
    text.append(contentsOf: device)
    // Ids are text without zero bytes, so no two links read the same.
    text.append(0)
    text.append(contentsOf: person)
    text.append(0)
    let slot = time.milliseconds / IdentityRules.linkSlot.milliseconds
    withUnsafeBytes(of: slot) { text.append(contentsOf: $0) }
    let (high, low) = text.withUnsafeBytes { StableHash.siphash128($0) }
    let place = Int(truncatingIfNeeded: low) & (LinkFilter.capacity - 1)
    if entries[place].high == high, entries[place].low == low {
      if entries[place].earliest <= time { return true }
      entries[place].earliest = time
    } else {
      entries[place] = Entry(high: high, low: low, earliest: time)
    }
    return false
  }
}
