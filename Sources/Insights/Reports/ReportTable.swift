/// The rows of a report by what they are of, and which of them are not as they were last said.
struct ReportTable<Key: Hashable & Comparable & Sendable, Row: Sendable>: Sendable {
  private struct Entry {
    var row: Row
    var isChanged = false

    /// Returns whether it was as it was last said until now.
    mutating func update(_ change: (inout Row) -> Void) -> Bool {
      change(&row)
      defer { isChanged = true }
      return !isChanged
    }
  }

  private var entries: [Key: Entry] = [:]
  /// Keys of the entries that say so, in the order in which they changed.
  private var changed: [Key] = []

  var count: Int { entries.count }

  func contains(_ key: Key) -> Bool { entries[key] != nil }

  /// Changes the row of `key`, which is `first` before it was ever changed.
  mutating func update(
    _ key: Key, from first: @autoclosure () -> Row, _ change: (inout Row) -> Void
  ) {
    if entries[key, default: Entry(row: first())].update(change) { changed.append(key) }
  }

  /// Rows that have changed since this was last asked, in the order of their keys. Those that `isEmpty`
  /// are said for the last time.
  mutating func takeChanges(removing isEmpty: (Row) -> Bool) -> [Row] {
    defer { changed.removeAll(keepingCapacity: true) }
    return changed.sorted().compactMap { key in
      guard let row = entries[key]?.row else { return nil }
      if isEmpty(row) { entries[key] = nil } else { entries[key]?.isChanged = false }
      return row
    }
  }

  /// All rows, in no order.
  var rows: some Sequence<Row> { entries.lazy.map(\.value.row) }

  /// All rows, in the order of their keys, and whether they are as they were last said.
  func sorted() -> [(row: Row, isChanged: Bool)] {
    entries.sorted { $0.key < $1.key }.map { ($0.value.row, $0.value.isChanged) }
  }

  /// Forgets the rows of all keys but those that `isKept` names.
  mutating func removeAll(but isKept: (Key) -> Bool) {
    entries = entries.filter { isKept($0.key) }
    changed = changed.filter(isKept)
  }

  /// Puts in a row that a checkpoint had.
  mutating func restore(_ row: Row, of key: Key, isChanged: Bool) {
    entries[key] = Entry(row: row, isChanged: isChanged)
    if isChanged { changed.append(key) }
  }
}
