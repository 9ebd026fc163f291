internal import Attribution
internal import Stages

// Records of one round. The internal logs are read as they come, inputs in step with each other.
extension Worker {
  /// Polls, steps the machines through what may go on, and returns what is to be committed for it.
  func read() throws(PipelineError) -> [Handoff] {
    var handoffs: [Handoff] = []
    let batches = try source.poll(maximum: settings.maximumBatch, timeout: pollTimeout)
    var count = 0
    for batch in batches {
      if intake[batch.partition] != nil {
        waiting.append(batch)
      } else if let processor = log(of: batch.partition) {
        count += batch.count
        add(processor.process(batch, now: WallClock.now), to: &handoffs)
      }
    }
    let inputs = try readInputs(to: &handoffs)
    if inputs == 0, count == 0 {
      try waiting.awaitSlowest(from: source, timeout: settings.pollTimeout)
    }
    wasFull = max(inputs, count) >= settings.maximumBatch || !waiting.isEmpty
    return handoffs
  }

  /// Nobody waits for new records while there is something to do, nor for those of all while only one
  /// input is waited for.
  private var pollTimeout: Duration {
    if waiting.slowest != nil { return .zero }
    if case .go = waiting.lastStep { return .zero }
    return journeys.values.contains { $0.isCheckpointing } ? .zero : settings.pollTimeout
  }

  private func log(of partition: LogPartition) -> (any PartitionProcessor)? {
    journeys[partition] ?? insights[partition]
  }

  /// Processes what may go on of the inputs, in the order in which it may; how many records that was.
  private func readInputs(to handoffs: inout [Handoff]) throws(PipelineError) -> Int {
    let now = ContinuousClock.now
    var count = 0
    var read: Set<LogPartition> = []
    try waiting.fill(from: source)
    while count < settings.maximumBatch,
      let batch = try waiting.next(
        maximum: settings.maximumBatch - count, from: source, at: now)
    {
      count += batch.count
      guard let processor = intake[batch.partition] else { continue }
      read.insert(batch.partition)
      add(processor.process(batch, now: WallClock.now), to: &handoffs)
    }
    waiting.settle(at: source, at: now)
    // They commit with the records that they are about: all of a round does.
    for partition in read.sorted() {
      if let facts = intake[partition]?.takeFacts() { handoffs.append(facts) }
    }
    return count
  }

  private func add(_ handoff: Handoff, to handoffs: inout [Handoff]) {
    if handoff.nextOffset != nil || !handoff.records.isEmpty { handoffs.append(handoff) }
  }
}
