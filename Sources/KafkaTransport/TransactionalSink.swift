internal import Foundation
internal import Kafka
internal import Logging
internal import Pipeline

/// Commits outputs and offsets in one Kafka transaction. On a thread of its own: every step blocks.
actor TransactionalSink: CommitSink {
  private var publisher: RecordPublisher?
  private let group: GroupHandle
  private let timeout: Duration
  private let logger: Logger
  private let executor: ThreadExecutor

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// Registers the transactional id, which aborts and fences an earlier life of it. Blocks.
  init(
    _ settings: KafkaSettings, worker: Int, group: GroupHandle, logger: Logger
  ) throws(PipelineError) {
    self.group = group
    self.logger = logger
    timeout = settings.commitTimeout
    executor = ThreadExecutor(name: "commit-\(worker)")
    do {
      var configuration = settings.transactionalProducer(worker: worker)
      let life = try ProducerLife(configuration, timeout: settings.requestTimeout)
      configuration["transactional.id"] = life.transactionalID
      logger.info("registered", metadata: ["transactional_id": "\(life.transactionalID)"])
      var publisher = try RecordPublisher(configuration, settings)
      try publisher.producer.initTransactions(timeout: settings.requestTimeout)
      self.publisher = consume publisher
    } catch {
      throw PipelineError(error, during: "opening the transactional producer")
    }
  }

  func commit(_ handoffs: [Handoff]) async throws(PipelineError) {
    guard publisher != nil else {
      throw .transport(operation: "committing", reason: "the sink is closed")
    }
    do {
      try commitInGeneration(handoffs)
    } catch {
      throw PipelineError(error, during: "committing")
    }
  }

  /// Commits, and tries again while the group begins a generation that the consumer has not heard of.
  ///
  /// Offsets on their way at that moment are refused, although nobody has taken a partition: the
  /// consumer still has to give back what others are to have, and does so after a commit. A member
  /// that has been put out of its group is refused with another error.
  private func commitInGeneration(_ handoffs: [Handoff]) throws(KafkaError) {
    let deadline = ContinuousClock.now + GroupHandle.generationPatience
    while true {
      do {
        try commitOnce(handoffs)
        return
      } catch {
        abort(after: error)
        guard error.isBetweenGenerations, ContinuousClock.now < deadline else { throw error }
        GroupHandle.awaitGeneration()
      }
    }
  }

  private func commitOnce(_ handoffs: [Handoff]) throws(KafkaError) {
    try publisher!.producer.beginTransaction()
    try publisher!.publish(handoffs)
    let offsets = RecordPublisher.offsets(of: handoffs)
    if !offsets.isEmpty {
      // Asked for at each commit: it carries the generation by which brokers tell a zombie.
      let metadata = try group.consumer.groupMetadata()
      try publisher!.producer.sendOffsets(offsets, of: metadata, timeout: timeout)
    }
    try publisher!.producer.commitTransaction(timeout: timeout)
    publisher!.logSignals(to: logger)
  }

  /// Frees the partitions at once for whoever comes next; otherwise they would be held up until
  /// the transaction times out.
  private func abort(after error: KafkaError) {
    guard !error.isFatal, publisher != nil else { return }
    do {
      try publisher!.producer.abortTransaction(timeout: timeout)
    } catch {
      logger.debug("aborting a transaction", metadata: ["reason": "\(error)"])
    }
  }

  func close() {
    publisher = nil
  }
}
