/// Hands elements out in order of their time, those of one time in the order they came in.
///
/// A binary heap: adding and removing cost the logarithm of what waits.
struct TimedQueue<Element> {
  private struct Entry {
    let time: Int64
    let number: UInt64
    let element: Element

    func isBefore(_ other: Entry) -> Bool {
      (time, number) < (other.time, other.number)
    }
  }

  private var entries: [Entry] = []
  private var added: UInt64 = 0

  /// The time of the element that is next.
  var nextTime: Int64? { entries.first?.time }

  /// Adds `element` behind all of the same time.
  mutating func add(_ element: Element, at time: Int64) {
    let entry = Entry(time: time, number: added, element: element)
    added += 1
    entries.append(entry)
    var hole = entries.count - 1
    while hole > 0 {
      let parent = (hole - 1) / 2
      guard entry.isBefore(entries[parent]) else { break }
      entries[hole] = entries[parent]
      hole = parent
    }
    entries[hole] = entry
  }

  /// Takes out the element that is next; `nil` if nothing waits.
  mutating func removeNext() -> (time: Int64, element: Element)? {
    guard let first = entries.first, let moved = entries.popLast() else { return nil }
    guard !entries.isEmpty else { return (first.time, first.element) }
    var hole = 0
    while true {
      var child = 2 * hole + 1
      guard child < entries.count else { break }
      if child + 1 < entries.count, entries[child + 1].isBefore(entries[child]) { child += 1 }
      guard entries[child].isBefore(moved) else { break }
      entries[hole] = entries[child]
      hole = child
    }
    entries[hole] = moved
    return (first.time, first.element)
  }
}
