/// What has been read of the inputs of a worker and waits for its turn, which `InputPace` decides.
///
/// An input with a backlog is held at the source, from where its records are taken a batch at a time:
/// so no more than `maximum` of it wait here, besides what was on its way when it was held. An input
/// that is read to its end is not held, and its records pass at once as they come. Whatever waits is
/// forgotten with its partition; as its offsets are not committed, it is read again.
struct WaitingInputs {
  /// Records of one input that may wait, of those that were taken from the source.
  static let maximum = 2_000

  private var pace = InputPace()
  /// In offset order; inputs without any are not there.
  private var batches: [LogPartition: [any IncomingBatch]] = [:]
  private var held: Set<LogPartition> = []
  /// What came out of the last attempt to go on.
  private(set) var lastStep = InputPace.Step.idle

  /// Inputs that wait because others are behind.
  var ahead: Set<LogPartition> { pace.ahead }

  /// Whether records wait.
  var isEmpty: Bool { batches.isEmpty }

  /// Adds partitions, which the source holds already.
  mutating func add(_ partitions: [LogPartition], at now: ContinuousClock.Instant) {
    for partition in partitions { pace.add(partition, at: now) }
    held.formUnion(partitions)
  }

  /// Forgets a partition and what waits of it.
  mutating func remove(_ partition: LogPartition) {
    pace.remove(partition)
    batches[partition] = nil
    held.remove(partition)
  }

  /// A rebalance is over, while which nothing came.
  mutating func resume(at now: ContinuousClock.Instant) { pace.resume(at: now) }

  /// Takes in what has come of an input that is not held, or was on its way.
  mutating func append(_ batch: any IncomingBatch) {
    let partition = batch.partition
    if batches[partition] == nil {
      pace.arrived(partition, first: batch.firstTimestamp, last: batch.lastTimestamp)
    }
    batches[partition, default: []].append(batch)
  }

  /// Takes in what has come of inputs that are held.
  mutating func fill(from source: any RecordSource) throws(PipelineError) {
    for partition in held where batches[partition] == nil {
      _ = try take(partition, from: source)
    }
  }

  /// Waits up to `timeout` for the input that everybody waits for.
  mutating func awaitSlowest(
    from source: any RecordSource, timeout: Duration
  ) throws(PipelineError) {
    guard let partition = slowest else { return }
    _ = try take(partition, from: source, timeout: timeout)
  }

  /// The input that everybody waits for, if its records do not come with those of others.
  var slowest: LogPartition? {
    guard case .wait(let partition) = lastStep, held.contains(partition) else { return nil }
    return partition
  }

  private mutating func take(
    _ partition: LogPartition, from source: any RecordSource, timeout: Duration = .zero
  ) throws(PipelineError) -> Bool {
    let taken = try source.take(
      from: partition, maximum: WaitingInputs.maximum, timeout: timeout)
    for batch in taken { append(batch) }
    return !taken.isEmpty
  }

  /// The next records to process, no more than `maximum`; `nil` if none may go on now.
  mutating func next(
    maximum: Int, from source: any RecordSource, at now: ContinuousClock.Instant
  ) throws(PipelineError) -> (any IncomingBatch)? {
    lastStep = pace.next(at: now) { source.remaining(of: $0) }
    guard case .go(let partition, let limit) = lastStep, var waiting = batches[partition] else {
      return nil
    }
    var batch = waiting.removeFirst()
    let count = min(maximum, limit.map { batch.count(until: $0) } ?? batch.count)
    if count < batch.count {
      let rest: any IncomingBatch
      (batch, rest) = batch.split(after: max(1, count))
      waiting.insert(rest, at: 0)
    }
    pace.passed(partition, batch.lastTimestamp)
    batches[partition] = waiting.isEmpty ? nil : waiting
    if let first = waiting.first {
      pace.arrived(partition, first: first.firstTimestamp, last: first.lastTimestamp)
    } else {
      pace.emptied(partition, at: now)
      if held.contains(partition) { _ = try take(partition, from: source) }
    }
    return batch
  }

  /// Ends a round: the source holds the inputs of which something has to wait, and lets those go that
  /// are read to their end, or of which nothing comes.
  mutating func settle(at source: any RecordSource, at now: ContinuousClock.Instant) {
    for partition in held where batches[partition] == nil {
      let isAtEnd = !pace.hasMore(source.remaining(of: partition))
      guard isAtEnd || pace.isSilent(partition, at: now) else { continue }
      held.remove(partition)
      source.release(partition)
    }
    guard pace.count > 1 else { return }
    for partition in batches.keys where held.insert(partition).inserted { source.hold(partition) }
  }
}
