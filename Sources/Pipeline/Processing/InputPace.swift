/// Decides which of several inputs is read next, and how far, so that they go through time together.
///
/// What comes of all inputs ends up in the same journeys, whose time is the latest that was seen. If
/// weeks of a small input were read before the same weeks of a large one, the large one would be late
/// throughout. So the input goes on whose next record is the earliest by the time the log has for it,
/// and no record goes before another input that is further back and has more to read.
///
/// Only the order is decided here. Whatever is decided, every record is processed once.
package struct InputPace: Sendable {
  /// How far one input may be ahead of another that has more to read, in milliseconds of the times
  /// of their records. Within it they are read in pieces as large as they come.
  package static let slack: Int64 = 5 * 60_000
  /// How long an input of which nothing comes is waited for, though there is more in its log: longer
  /// than librdkafka takes to fetch again after its buffers were full, which is a second, and half a
  /// second for an answer that brokers hold back.
  package static let patience: Duration = .seconds(2)
  /// Offsets that may be left in a log that is read to its end: ends of transactions are records too.
  package static let nearEnd: Int64 = 64

  /// What is known of the next record of an input.
  private enum Head {
    /// It is here, with its time and that of the last one which came with it.
    case here(first: Int64?, last: Int64?)
    /// It has not come, since then.
    case missing(since: ContinuousClock.Instant)
  }

  private struct Input {
    var head: Head
    /// The time of the last record that went on; `nil` if none has.
    var passed: Int64?

    /// The time of the next record, if it is here and has one.
    var time: Int64? {
      guard case .here(let first, _) = head else { return nil }
      return first
    }

    /// What the next record is expected not to be earlier than; `nil` if it can be put nowhere.
    var bound: Int64? {
      switch head {
      case .here(let first, _): first
      case .missing: passed ?? .min
      }
    }
  }

  /// What to do next.
  package enum Step: Hashable, Sendable {
    /// The next records of this partition go on, up to this time if there is one.
    case go(LogPartition, until: Int64?)
    /// Nothing goes on until this partition delivers, or patience is over.
    case wait(LogPartition)
    /// There is nothing to go on with.
    case idle
  }

  private var inputs: [LogPartition: Input] = [:]

  package init() {}

  package var count: Int { inputs.count }

  /// An input to read, of which nothing has come yet.
  package mutating func add(_ partition: LogPartition, at now: ContinuousClock.Instant) {
    inputs[partition] = Input(head: .missing(since: now))
  }

  package mutating func remove(_ partition: LogPartition) { inputs[partition] = nil }

  /// The next records of a partition are here; times are those of the log, where it has any.
  package mutating func arrived(_ partition: LogPartition, first: Int64?, last: Int64?) {
    inputs[partition]?.head = .here(
      first: first.map(InputPace.bounded), last: last.map(InputPace.bounded))
  }

  /// Records of a partition have gone on, the last of them at this time if it has one.
  package mutating func passed(_ partition: LogPartition, _ time: Int64?) {
    if let time { inputs[partition]?.passed = InputPace.bounded(time) }
  }

  /// Everything of a partition that had come has gone on.
  package mutating func emptied(_ partition: LogPartition, at now: ContinuousClock.Instant) {
    inputs[partition]?.head = .missing(since: now)
  }

  /// Nothing could come until now: whoever is waited for gets all the patience.
  package mutating func resume(at now: ContinuousClock.Instant) {
    for (partition, input) in inputs {
      if case .missing = input.head { inputs[partition]?.head = .missing(since: now) }
    }
  }

  /// Whether nothing has come of a partition for so long that nobody waits for it.
  package func isSilent(_ partition: LogPartition, at now: ContinuousClock.Instant) -> Bool {
    guard case .missing(let since)? = inputs[partition]?.head else { return false }
    return now - since >= InputPace.patience
  }

  /// Partitions whose next record is too far ahead of another's that is here.
  package var ahead: Set<LogPartition> {
    let earliest = inputs.values.compactMap(\.time).min()
    guard let earliest else { return [] }
    return Set(inputs.filter { ($0.value.time ?? .min) > earliest + InputPace.slack }.keys)
  }

  /// Whose records go on. `remaining` says how many offsets a log is known to have after the last
  /// record that came of it.
  package func next(
    at now: ContinuousClock.Instant, remaining: (LogPartition) -> Int64?
  ) -> Step {
    guard let (partition, time, last) = first else { return .idle }
    // Without a time it can be put nowhere.
    guard let time else { return .go(partition, until: nil) }
    var slowest: (partition: LogPartition, bound: Int64)?
    for (other, input) in inputs where other != partition {
      guard let bound = input.bound, bound < slowest?.bound ?? .max else { continue }
      if case .missing(let since) = input.head {
        // Asking is what costs: most of the time it makes no difference.
        guard bound < last - InputPace.slack, now - since < InputPace.patience,
          hasMore(remaining(other))
        else { continue }
      }
      slowest = (other, bound)
    }
    guard let slowest else { return .go(partition, until: nil) }
    guard slowest.bound >= time - InputPace.slack else { return .wait(slowest.partition) }
    return .go(partition, until: slowest.bound + InputPace.slack)
  }

  /// Whether a log with so much after the last record that came is worth waiting for.
  package func hasMore(_ remaining: Int64?) -> Bool { (remaining ?? .max) > InputPace.nearEnd }

  /// The partition whose next record is here and the earliest, with its time and that of the last
  /// record that came with it.
  private var first: (partition: LogPartition, time: Int64?, last: Int64)? {
    var earliest: (partition: LogPartition, time: Int64?, last: Int64)?
    for (partition, input) in inputs {
      guard case .here(let time, let last) = input.head else { continue }
      if let earliest {
        let rank = (time ?? .min, partition)
        guard rank < (earliest.time ?? .min, earliest.partition) else { continue }
      }
      earliest = (partition, time, last ?? .max)
    }
    return earliest
  }

  /// Producers may put any number there: far from where arithmetic ends.
  private static func bounded(_ time: Int64) -> Int64 {
    min(max(time, .min / 4), .max / 4)
  }
}
