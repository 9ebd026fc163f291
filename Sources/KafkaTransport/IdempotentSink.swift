internal import Kafka
internal import Logging
internal import Pipeline

/// Publishes, waits until everything is stored, and commits the offsets after: at least once.
actor IdempotentSink: CommitSink {
  private var publisher: RecordPublisher?
  private let group: GroupHandle
  private let timeout: Duration
  private let logger: Logger
  private let executor: ThreadExecutor

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  init(
    _ settings: KafkaSettings, worker: Int, group: GroupHandle, logger: Logger
  ) throws(PipelineError) {
    self.group = group
    self.logger = logger
    timeout = settings.commitTimeout
    executor = ThreadExecutor(name: "commit-\(worker)")
    do {
      publisher = try RecordPublisher(settings.producer(worker: worker), settings)
    } catch {
      throw PipelineError(error, during: "opening the producer")
    }
  }

  func commit(_ handoffs: [Handoff]) async throws(PipelineError) {
    guard publisher != nil else {
      throw .transport(operation: "committing", reason: "the sink is closed")
    }
    do {
      try publisher!.publish(handoffs)
      try publisher!.producer.flush(timeout: timeout)
      try commit(RecordPublisher.offsets(of: handoffs))
      publisher!.logSignals(to: logger)
    } catch {
      throw PipelineError(error, during: "committing")
    }
  }

  /// Commits, and tries again while the group begins a generation: what was published would be
  /// published again.
  private func commit(_ offsets: [TopicPartitionOffset]) throws(KafkaError) {
    guard !offsets.isEmpty else { return }
    let deadline = ContinuousClock.now + GroupHandle.generationPatience
    while true {
      do {
        return try group.consumer.commit(offsets, timeout: timeout)
      } catch {
        guard error.isBetweenGenerations, ContinuousClock.now < deadline else { throw error }
        GroupHandle.awaitGeneration()
      }
    }
  }

  func close() {
    publisher = nil
  }
}
