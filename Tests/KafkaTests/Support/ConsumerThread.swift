import Foundation
import Kafka
import Synchronization

/// Runs blocking work on a thread of its own, as the actors of the daemon do.
///
/// A broker that waits for two members at once would wait for ever if both were polled by turns.
func onThread<Value: Sendable>(
  _ work: @escaping @Sendable () throws -> Value
) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    let thread = Thread { continuation.resume(with: Result { try work() }) }
    thread.start()
  }
}

/// A group member that keeps what it reads, and commits only when it gives partitions back.
///
/// So whatever another member reads after it shows whether commits come before the release.
final class RecordingMember: Sendable {
  struct Progress: Sendable {
    var records: [ReadRecord] = []
    var assignment: [TopicPartition] = []
    var assignments = 0
    var revoked: [TopicPartition] = []
    var errors: [KafkaError] = []
    var shouldStop = false
  }

  let progress = Mutex(Progress())

  func stop() { progress.withLock { $0.shouldStop = true } }

  /// Joins, reads until told to stop, commits and leaves.
  func run(_ configuration: KafkaConfiguration, topic: String) throws(KafkaError) {
    var consumer = try KafkaConsumer(configuration)
    var offsets: [TopicPartition: Int64] = [:]
    try consumer.subscribe([topic])
    let end = ContinuousClock.now + patience + patience
    while !consumer.isClosed, ContinuousClock.now < end {
      if progress.withLock({ $0.shouldStop }) { try consumer.beginClose() }
      while let signal = consumer.pollSignal(timeout: .zero) {
        try answer(signal, of: &consumer, &offsets)
      }
      for fetched in consumer.pollRecords(maximum: 50, timeout: .milliseconds(20)) {
        guard case .records(let batch) = fetched else { continue }
        let copies = batch.copies()
        offsets[batch.partition] = batch.nextOffset
        progress.withLock { $0.records += copies }
      }
    }
  }

  private func answer(
    _ signal: ConsumerSignal, of consumer: inout KafkaConsumer,
    _ offsets: inout [TopicPartition: Int64]
  ) throws(KafkaError) {
    switch signal {
    case .assigned(let partitions):
      try consumer.confirmAssigned(partitions.map { PartitionStart($0, .committed) })
      progress.withLock { $0.assignments += 1 }
    case .revoked(let partitions, let isLost):
      let read = partitions.compactMap { partition in
        offsets.removeValue(forKey: partition).map { TopicPartitionOffset(partition, offset: $0) }
      }
      if !isLost { try consumer.commit(read) }
      try consumer.confirmRevoked(partitions)
      progress.withLock { $0.revoked += partitions }
    case .error(let error): progress.withLock { $0.errors.append(error) }
    default: break
    }
    let assignment = consumer.assignment
    progress.withLock { $0.assignment = assignment }
  }
}

/// Polls a condition until it holds; `false` if it does not within the patience of these tests.
func eventually(_ condition: () -> Bool) async -> Bool {
  let end = ContinuousClock.now + patience
  while ContinuousClock.now < end {
    if condition() { return true }
    await Task.yield()
  }
  return condition()
}
