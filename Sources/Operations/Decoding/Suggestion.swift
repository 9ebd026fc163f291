/// Finds what somebody who misspelt a name probably meant.
enum Suggestion {
  /// The nearest of `names`, if one is near enough to be meant; ties to the earlier.
  static func nearest(to name: String, among names: some Sequence<String>) -> String? {
    let written = folded(name)
    guard !written.isEmpty, written.count <= 100 else { return nil }
    var best: (name: String, distance: Int)?
    for candidate in names {
      let meant = folded(candidate)
      var distance = distance(written, meant)
      // `interval` for `checkpoint_interval`: far by letters, near in meaning.
      let isPart = written.count >= 4 && (contains(meant, written) || contains(written, meant))
      if isPart, meant.count >= 4 { distance = min(distance, 1) }
      if distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    guard let best, best.distance <= max(1, min(written.count, 12) / 3) else { return nil }
    return best.name
  }

  /// `; did you mean `x`?`, or nothing.
  static func phrase(for name: String, among names: some Sequence<String>) -> String {
    nearest(to: name, among: names).map { "; did you mean `\($0)`?" } ?? ""
  }

  /// Lower case without what separates words: `checkpointInterval` is `checkpoint_interval`.
  private static func folded(_ name: String) -> [UInt8] {
    name.lowercased().utf8.filter { $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "-") }
  }

  private static func contains(_ text: [UInt8], _ part: [UInt8]) -> Bool {
    guard text.count >= part.count else { return false }
    return (0...text.count - part.count).contains { text[$0...].starts(with: part) }
  }

  /// Insertions, deletions, replacements and swaps of neighbours between two names.
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var beforePrevious = [Int]()
    var previous = Array(0...right.count)
    for row in left.indices {
      var current = [row + 1]
      current.reserveCapacity(right.count + 1)
      for column in right.indices {
        let replacement = previous[column] + (left[row] == right[column] ? 0 : 1)
        var least = min(replacement, previous[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          least = min(least, beforePrevious[column - 1] + 1)
        }
        current.append(least)
      }
      beforePrevious = previous
      previous = current
    }
    return previous[right.count]
  }
}
