internal import Stages

/// The last conversions that were committed, as they were written: for people who watch.
package struct RecentConversions: Sendable {
  /// How many are kept.
  package static let capacity = 200
  /// One that is longer is not kept.
  package static let maximumBytes = 16_384
  /// Of one transaction, so many: nobody can read more of them anyway.
  package static let perTransaction = 20

  /// Output records' values, the oldest first.
  private var values: [[UInt8]] = []
  /// The number, from 1, of the last one that was kept.
  package private(set) var last = 0

  package init() {}

  package mutating func add(_ value: [UInt8]) {
    guard value.count <= RecentConversions.maximumBytes else { return }
    if values.count == RecentConversions.capacity { values.removeFirst() }
    values.append(value)
    last += 1
  }

  /// Those after the one with `number`, at most `limit` of them, the oldest first.
  package func since(_ number: Int, limit: Int) -> [[UInt8]] {
    Array(values.suffix(min(limit, max(0, last - number))))
  }

  /// Of what one transaction has written, the last conversions, the oldest first.
  static func newest(of handoffs: [Handoff]) -> [[UInt8]] {
    var newest: [[UInt8]] = []
    for handoff in handoffs.reversed() {
      for record in handoff.records.records.reversed() where record.destination == .conversions {
        guard newest.count < perTransaction else { return newest.reversed() }
        if let range = record.value { newest.append(Array(handoff.records.bytes[range])) }
      }
    }
    return newest.reversed()
  }
}
