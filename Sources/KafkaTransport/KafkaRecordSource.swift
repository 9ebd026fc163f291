internal import Kafka
internal import Logging
internal import Pipeline

/// A member of the consumer group, for one worker.
final class KafkaRecordSource: RecordSource {
  private var consumer: KafkaConsumer
  private let settings: KafkaSettings
  private let logger: Logger
  /// Whether the group has been asked for a second look at its assignment.
  private var hasAskedAgain = false
  /// What there was to read of inputs when they were assigned: known before anything is fetched.
  private var assigned: [LogPartition: (start: Int64, end: Int64)] = [:]

  private var topics: [String] {
    settings.inputs + [settings.journeys] + (settings.insights.map { [$0.log] } ?? [])
  }

  init(_ settings: KafkaSettings, worker: Int, logger: Logger) throws(PipelineError) {
    self.settings = settings
    self.logger = logger
    do {
      consumer = try KafkaConsumer(settings.consumer(worker: worker))
      try consumer.subscribe(topics)
    } catch {
      throw PipelineError(error, during: "opening the consumer")
    }
  }

  var handle: ConsumerHandle { consumer.handle }

  func nextSignal() throws(PipelineError) -> SourceSignal? {
    while let signal = consumer.pollSignal(timeout: .zero) {
      switch signal {
      case .assigned(let partitions):
        try askAgainOnce()
        return .assigned(partitions.map(\.log))
      case .revoked(let partitions, let lost):
        return .revoked(partitions.map(\.log), lost: lost)
      case .error(let error):
        if error.isFatal || error.isFenced { throw PipelineError(error, during: "consuming") }
        // A broker that is away, a coordinator that moves: librdkafka goes on by itself.
        if error.isSecurityFailure {
          logger.warning(
            "a broker and this instance do not accept each other",
            metadata: ["reason": "\(error)"])
        } else {
          logger.debug("consumer", metadata: ["reason": "\(error)"])
        }
      case .log(let line): logger.log(line)
      case .statistics, .offsetsCommitted: continue
      }
    }
    return nil
  }

  /// Makes the group rebalance once more as soon as the first assignment is confirmed.
  ///
  /// A static member that comes back is given what its former life had, and no rebalance follows. If
  /// that life ended between giving partitions back and the rebalance that hands them on, nobody
  /// would have them until the group changes for another reason. A member that joins again with its
  /// partitions makes the group assign them all. To subscribe in the middle of a rebalance, which
  /// the first assignment is, is put off by librdkafka until after it, and then joins again.
  private func askAgainOnce() throws(PipelineError) {
    guard settings.asksAgain, !hasAskedAgain else { return }
    hasAskedAgain = true
    do {
      try consumer.subscribe(topics)
    } catch {
      throw PipelineError(error, during: "joining the group again")
    }
  }

  func poll(
    maximum: Int, timeout: Duration
  ) throws(PipelineError) -> [any IncomingBatch] {
    try batches(of: consumer.pollRecords(maximum: maximum, timeout: timeout))
  }

  private func batches(of all: [Fetched]) throws(PipelineError) -> [any IncomingBatch] {
    var batches: [any IncomingBatch] = []
    for fetched in all {
      switch fetched {
      case .records(let batch): batches.append(KafkaBatch(batch))
      case .endOfPartition: continue
      case .failed(let partition, let error):
        // What has become of the log is found out when the partition is assigned again.
        if error.isFatal || error.isOffsetOutOfRange {
          throw PipelineError(error, during: "reading \(partition?.log.description ?? "records")")
        }
        logger.debug(
          "fetch",
          metadata: [
            "partition": "\(partition?.log.description ?? "-")",
            "reason": "\(error)",
          ])
      }
    }
    return batches
  }

  func confirmAssigned(
    _ partitions: [LogPartition], paused: Set<LogPartition>, held: Set<LogPartition>
  ) throws(PipelineError) {
    let starts = try starts(of: partitions.filter { !paused.contains($0) })
    do {
      try consumer.confirmAssigned(
        partitions.map { partition in
          let topic = TopicPartition(partition)
          // A paused one is told where to start when it is resumed.
          return starts[topic] ?? PartitionStart(topic, .beginning)
        }, apart: Set(held.map { TopicPartition($0) }))
      if !paused.isEmpty { try consumer.pause(paused.sorted().map { TopicPartition($0) }) }
    } catch {
      throw PipelineError(error, during: "accepting partitions")
    }
  }

  /// Where inputs are read from: their committed offsets, as far as the log still has them.
  private func starts(
    of inputs: [LogPartition]
  ) throws(PipelineError) -> [TopicPartition: PartitionStart] {
    guard !inputs.isEmpty else { return [:] }
    let partitions = inputs.map { TopicPartition($0) }
    var starts: [TopicPartition: PartitionStart] = [:]
    for partition in partitions {
      starts[partition] = PartitionStart(partition, settings.firstPosition)
    }
    let committed = try attempt("asking for committed offsets") { () throws(KafkaError) in
      try consumer.committed(partitions, timeout: settings.requestTimeout)
    }
    let ranges = try attempt("asking where the inputs begin and end") { () throws(KafkaError) in
      try consumer.ranges(of: partitions, timeout: settings.requestTimeout)
    }
    for (partition, range) in ranges {
      let first = settings.firstPosition == .end ? range.upperBound : range.lowerBound
      assigned[partition.log] = (committed[partition] ?? first, range.upperBound)
    }
    for (partition, offset) in committed.sorted(by: { $0.key < $1.key }) {
      guard let range = ranges[partition] else { continue }
      guard offset <= range.upperBound else {
        throw .logShortened(partition.log, read: offset, end: range.upperBound)
      }
      if offset < range.lowerBound {
        logger.error(
          """
          events were deleted before they were read; keep the topic for longer than the daemon may \
          be down
          """,
          metadata: [
            "partition": "\(partition.log)", "from": "\(offset)", "until": "\(range.lowerBound)",
          ])
      }
      starts[partition] = PartitionStart(partition, .offset(max(offset, range.lowerBound)))
    }
    return starts
  }

  func confirmRevoked(_ partitions: [LogPartition]) throws(PipelineError) {
    do {
      try consumer.confirmRevoked(partitions.map { TopicPartition($0) })
    } catch {
      throw PipelineError(error, during: "giving partitions back")
    }
  }

  func resume(_ partition: LogPartition, at offset: Int64) throws(PipelineError) {
    let partition = TopicPartition(partition)
    do {
      try consumer.seek(
        [PartitionStart(partition, .offset(offset))], timeout: settings.requestTimeout)
      try consumer.resume([partition])
    } catch {
      throw PipelineError(error, during: "seeking in \(partition.log)")
    }
  }

  func hold(_ partition: LogPartition) { consumer.keepApart(TopicPartition(partition)) }

  func release(_ partition: LogPartition) { consumer.rejoin(TopicPartition(partition)) }

  func take(
    from partition: LogPartition, maximum: Int, timeout: Duration
  ) throws(PipelineError) -> [any IncomingBatch] {
    try batches(
      of: consumer.pollRecords(
        of: TopicPartition(partition), maximum: maximum, timeout: timeout))
  }

  func remaining(of partition: LogPartition) -> Int64? {
    let assigned = assigned[partition]
    guard let next = consumer.nextOffset(of: TopicPartition(partition)) ?? assigned?.start else {
      return nil
    }
    // Until something was fetched, what there is may still come, even if it is little.
    guard let end = knownEnd(of: partition) else { return next == assigned?.end ? 0 : nil }
    return max(0, max(end, assigned?.end ?? end) - next)
  }

  func committed(
    _ partitions: [LogPartition]
  ) throws(PipelineError) -> [LogPartition: Int64] {
    let committed = try attempt("asking for committed offsets") { () throws(KafkaError) in
      try consumer.committed(
        partitions.map { TopicPartition($0) }, timeout: settings.requestTimeout)
    }
    return Dictionary(uniqueKeysWithValues: committed.map { ($0.key.log, $0.value) })
  }

  func range(of partition: LogPartition) throws(PipelineError) -> Range<Int64> {
    let (low, high) = try attempt("asking where \(partition) begins") { () throws(KafkaError) in
      try consumer.watermarks(of: TopicPartition(partition), timeout: settings.requestTimeout)
    }
    return low..<max(low, high)
  }

  func knownEnd(of partition: LogPartition) -> Int64? {
    consumer.handle.cachedHighWatermark(of: TopicPartition(partition))
  }

  func close() throws(PipelineError) {
    do {
      try consumer.close(timeout: settings.requestTimeout)
    } catch {
      throw PipelineError(error, during: "leaving the group")
    }
  }
}
