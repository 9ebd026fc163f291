/// Names a person's journey: 128 bits of hash over the person's id.
///
/// The id itself is not kept with the journey; every event brings it along.
package struct JourneyKey: Hashable, Comparable, Sendable {
  package let high: UInt64
  package let low: UInt64

  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// The key for a person's id in UTF-8.
  package init(person: UnsafeRawBufferPointer) {
    (high, low) = StableHash.siphash128(person)
  }

  package static func < (left: JourneyKey, right: JourneyKey) -> Bool {
    (left.high, left.low) < (right.high, right.low)
  }

  /// The partition, of `count`, that holds this journey. Part of the on-disk contract: changing it
  /// moves everybody.
  package func partition(of count: Int) -> Int {
    // Multiply-shift maps the upper bits evenly to any number of partitions.
    Int(high.multipliedFullWidth(by: UInt64(count)).high)
  }

  /// Half of the bits tell journeys apart well enough for a table.
  package func hash(into hasher: inout Hasher) {
    hasher.combine(low)
  }
}
