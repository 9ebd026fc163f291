import Pipeline

/// Records that are nothing but their times.
struct TimedBatch: IncomingBatch {
  let partition: LogPartition
  /// The offset of the first.
  let offset: Int64
  let times: ArraySlice<Int64?>

  var count: Int { times.count }
  var nextOffset: Int64 { offset + Int64(count) }
  var firstTimestamp: Int64? { times.first ?? nil }
  var lastTimestamp: Int64? { times.last ?? nil }

  func count(until time: Int64) -> Int {
    times.prefix { ($0 ?? .min) <= time }.count
  }

  func split(after count: Int) -> (any IncomingBatch, any IncomingBatch) {
    (
      TimedBatch(partition: partition, offset: offset, times: times.prefix(count)),
      TimedBatch(
        partition: partition, offset: offset + Int64(count), times: times.dropFirst(count))
    )
  }

  func forEach(_ body: (IncomingRecord) -> Void) {
    for (index, time) in times.enumerated() {
      body(
        IncomingRecord(offset: offset + Int64(index), timestamp: time, key: nil, value: nil))
    }
  }
}

/// Logs in memory that are delivered as a test says.
final class TimedSource: RecordSource {
  /// The times of all records of each log.
  private var logs: [LogPartition: [Int64?]]
  /// Ends of transactions at the end of every log, which nobody is delivered.
  var markers: Int64 = 0
  /// Logs whose brokers are away.
  var away: Set<LogPartition> = []
  /// The next offset to deliver.
  private(set) var next: [LogPartition: Int]
  private(set) var held: Set<LogPartition>

  init(_ logs: [LogPartition: [Int64?]]) {
    self.logs = logs
    next = logs.mapValues { _ in 0 }
    held = Set(logs.keys)
  }

  var partitions: [LogPartition] { logs.keys.sorted() }

  /// More records of a log.
  func append(_ times: [Int64?], to partition: LogPartition) {
    logs[partition, default: []] += times
  }

  func poll(maximum: Int, timeout: Duration) -> [any IncomingBatch] {
    var left = maximum
    return partitions.filter { !held.contains($0) }.compactMap { partition in
      let batch = deliver(partition, left)
      left -= batch?.count ?? 0
      return batch
    }
  }

  func take(
    from partition: LogPartition, maximum: Int, timeout: Duration
  ) -> [any IncomingBatch] {
    precondition(held.contains(partition), "\(partition) is not held")
    return deliver(partition, maximum).map { [$0] } ?? []
  }

  private func deliver(_ partition: LogPartition, _ maximum: Int) -> TimedBatch? {
    let log = logs[partition, default: []]
    let start = next[partition, default: 0]
    let end = min(log.count, start + maximum)
    guard !away.contains(partition), start < end else { return nil }
    next[partition] = end
    return TimedBatch(partition: partition, offset: Int64(start), times: log[start..<end])
  }

  func hold(_ partition: LogPartition) { held.insert(partition) }

  func release(_ partition: LogPartition) { held.remove(partition) }

  func remaining(of partition: LogPartition) -> Int64? {
    logs[partition].map { Int64($0.count - next[partition, default: 0]) + markers }
  }

  func knownEnd(of partition: LogPartition) -> Int64? { logs[partition].map { Int64($0.count) } }
  func range(of partition: LogPartition) -> Range<Int64> { 0..<(knownEnd(of: partition) ?? 0) }
  func nextSignal() -> SourceSignal? { nil }
  func committed(_ partitions: [LogPartition]) -> [LogPartition: Int64] { [:] }
  func confirmRevoked(_ partitions: [LogPartition]) {}
  func resume(_ partition: LogPartition, at offset: Int64) {}
  func close() {}

  func confirmAssigned(
    _ partitions: [LogPartition], paused: Set<LogPartition>, held: Set<LogPartition>
  ) {}
}
