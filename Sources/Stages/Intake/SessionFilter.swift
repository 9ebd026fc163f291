internal import Attribution

/// Remembers which sessions have been forwarded, so that only their first events are.
///
/// Where trackers send session ids, Journeys needs nothing of a session but its earliest event. An
/// event later than one that was forwarded already can be left out if it is nothing else. The table
/// is of fixed size; a session that has lost its place is forwarded again, which does no harm.
struct SessionFilter {
  private struct Entry {
    var high: UInt64 = 0
    var low: UInt64 = 0
    var earliest = EventTime(milliseconds: .max)
  }

  /// Sessions remembered per partition of an input: 24 bytes each.
  static let capacity = 1 << 14

  private var entries: [Entry] = []
  private var text: [UInt8] = []

  /// Whether an earlier event of the same session has been forwarded; if not, this one counts as
  /// forwarded from now on.
  mutating func isRedundant(
    person: UnsafeRawBufferPointer, session: UnsafeRawBufferPointer, time: EventTime
  ) -> Bool {
    if entries.isEmpty {
      entries = [Entry](repeating: Entry(), count: SessionFilter.capacity)
    }
    text.removeAll(keepingCapacity: true)
    text.append(contentsOf: session)
    // Ids are text without zero bytes, so no two pairs read the same.
    text.append(0)
    text.append(contentsOf: person)
    let (high, low) = text.withUnsafeBytes { StableHash.siphash128($0) }
    let slot = Int(truncatingIfNeeded: low) & (SessionFilter.capacity - 1)
    if entries[slot].high == high, entries[slot].low == low {
      // At the same millisecond the event ids decide, which only Journeys compares.
      if entries[slot].earliest < time { return true }
      entries[slot].earliest = min(entries[slot].earliest, time)
    } else {
      entries[slot] = Entry(high: high, low: low, earliest: time)
    }
    return false
  }
}
