/// When to look whether somebody has left without converting: at most one reminder per journey that
/// counts, by minutes of stream time.
///
/// Unlike `ExpirySchedule` it forgets nothing and is never late: what is due in a minute is looked at
/// with the record that brings the minute. So what comes of it is a function of the log.
struct DepartureSchedule: Sendable {
  /// Indices of journeys. A reminder that another one has overtaken stays, and is no good any more.
  private var buckets: [Int64: [UInt32]] = [:]
  /// By index: the minute of the reminder that counts; 0 if there is none.
  private var minutes: ContiguousArray<UInt32> = []

  /// Reminds of the journey at `index` in `minute`, unless there is an earlier reminder.
  mutating func remind(of index: Int, in minute: Int64) {
    let minute = UInt32(clamping: max(1, minute))
    if index >= minutes.count {
      minutes.append(contentsOf: repeatElement(0, count: index + 1 - minutes.count))
    }
    guard minutes[index] == 0 || minute < minutes[index] else { return }
    minutes[index] = minute
    buckets[Int64(minute), default: []].append(UInt32(index))
  }

  /// The journey at `index` is no more.
  mutating func forget(_ index: Int) {
    if index < minutes.count { minutes[index] = 0 }
  }

  /// Takes out the journeys that are due after `start` and up to `end`, in any order.
  mutating func take(after start: Int64, through end: Int64) -> [Int] {
    var due: [Int] = []
    if end.subtractingReportingOverflow(start).partialValue > Int64(buckets.count) {
      for minute in buckets.keys.filter({ $0 <= end }) { take(minute, into: &due) }
    } else {
      for minute in start + 1...end { take(minute, into: &due) }
    }
    return due
  }

  private mutating func take(_ minute: Int64, into due: inout [Int]) {
    guard let bucket = buckets.removeValue(forKey: minute) else { return }
    for index in bucket.map(Int.init) where Int64(minutes[index]) == minute {
      minutes[index] = 0
      due.append(index)
    }
  }
}
