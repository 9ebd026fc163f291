internal import Attribution

/// When to look whether a journey has become idle: one entry per journey, in buckets of time.
///
/// Journeys are named by their index in the table: no scheduled journey is removed before its entry
/// has been taken out, so an index never stands for another journey that took its place.
///
/// An entry is only a reminder. Whether the journey goes is decided when its bucket is due, from
/// the journey itself, and one that lives on is put into a later bucket.
struct ExpirySchedule: Sendable {
  private let bucketWidth: Int64
  private var buckets: [Int64: [UInt32]] = [:]
  /// No bucket before this one holds anything.
  private var earliest = Int64.max

  /// Buckets that a retention is divided into: how precisely, at most, idle journeys go.
  private static let bucketsPerRetention: Int64 = 256

  init(retention: TimeSpan) {
    bucketWidth = max(1_000, retention.milliseconds / ExpirySchedule.bucketsPerRetention)
  }

  /// Reminds of the journey at `index` as soon as stream time has passed `time`.
  mutating func add(_ index: Int, after time: EventTime) {
    let bucket = time.milliseconds / bucketWidth + 1
    buckets[bucket, default: []].append(UInt32(index))
    earliest = min(earliest, bucket)
  }

  /// Takes out the next journey whose bucket is over at `streamTime`.
  mutating func next(at streamTime: EventTime) -> Int? {
    while earliest != .max, earliest * bucketWidth <= streamTime.milliseconds {
      if let index = buckets[earliest]?.popLast() { return Int(index) }
      buckets[earliest] = nil
      earliest = buckets.keys.min() ?? .max
    }
    return nil
  }
}
