import Attribution
import Formats
import Pipeline

extension JourneyStore {
  /// Every journey in the order in which the store tells them.
  func journeys() throws -> [(key: [UInt8], value: [UInt8])] {
    var journeys: [(key: [UInt8], value: [UInt8])] = []
    try forEachJourney { key, value in journeys.append((Array(key), Array(value))) }
    return journeys
  }

  func values() throws -> [[UInt8]] { try journeys().map(\.value) }
}

/// Records as a checkpoint writes them.
enum SampleState {
  static let partition = LogPartition("shop.journeys", 3)

  static func key(_ number: Int) -> [UInt8] {
    JourneyKey(high: UInt64(number).byteSwapped, low: UInt64(number)).bytes
  }

  static func marker(_ offset: Int64) -> CheckpointMarker {
    CheckpointMarker(resumeOffset: offset, streamTime: EventTime(milliseconds: 1_000 + offset))
  }

  /// Journeys `range`, each with `version` in its value, and a marker at `offset` if there is one.
  static func slice(
    _ range: Range<Int>, version: UInt8 = 1, marker offset: Int64? = nil
  ) -> [(key: [UInt8], value: [UInt8]?)] {
    var records: [(key: [UInt8], value: [UInt8]?)] = range.map { number in
      (key(number), [UInt8](repeating: UInt8(number & 0x7f), count: 40) + [version])
    }
    if let offset { records.append((CheckpointMarker.key, marker(offset).bytes)) }
    return records
  }
}
