import Kafka
import Synchronization

/// A group member that keeps what it has read and committed.
final class RecordingMember: Sendable {
  enum CommitPolicy: Sendable {
    /// Only when it gives partitions back: what another member reads next shows whether commits
    /// come before the release.
    case onRevocation
    /// After each batch; a batch whose commit fails counts as not read.
    case everyBatch
  }

  struct Progress: Sendable {
    var records: [ReadRecord] = []
    var assignment: [TopicPartition] = []
    var assignments = 0
    var revoked: [TopicPartition] = []
    var errors: [KafkaError] = []
    var refusedCommits: [KafkaError] = []
    var handle: ConsumerHandle?
    var shouldStop = false
  }

  let progress = Mutex(Progress())
  private let policy: CommitPolicy

  init(commits policy: CommitPolicy = .onRevocation) { self.policy = policy }

  var records: [ReadRecord] { progress.withLock { $0.records } }
  var readCount: Int { progress.withLock { $0.records.count } }
  var revoked: [TopicPartition] { progress.withLock { $0.revoked } }
  var errors: [KafkaError] { progress.withLock { $0.errors } }
  /// For calls from other threads while this member polls.
  var handle: ConsumerHandle? { progress.withLock { $0.handle } }

  /// Whether this many partitions are assigned.
  func has(_ count: Int) -> Bool { progress.withLock { $0.assignment.count == count } }

  func stop() { progress.withLock { $0.shouldStop = true } }

  /// Joins, reads until told to stop, commits and leaves.
  func run(_ configuration: KafkaConfiguration, topic: String) throws(KafkaError) {
    var consumer = try KafkaConsumer(configuration)
    var offsets: [TopicPartition: Int64] = [:]
    let handle = consumer.handle
    progress.withLock { $0.handle = handle }
    try consumer.subscribe([topic])
    let end = ContinuousClock.now + patience + patience
    while !consumer.isClosed, ContinuousClock.now < end {
      if progress.withLock({ $0.shouldStop }) { try consumer.beginClose() }
      while let signal = consumer.pollSignal(timeout: .zero) {
        try answer(signal, of: &consumer, &offsets)
      }
      for fetched in consumer.pollRecords(maximum: 50, timeout: .milliseconds(20)) {
        guard case .records(let batch) = fetched else { continue }
        try keep(batch, of: &consumer, &offsets)
      }
    }
  }

  private func keep(
    _ batch: RecordBatch, of consumer: inout KafkaConsumer,
    _ offsets: inout [TopicPartition: Int64]
  ) throws(KafkaError) {
    let next = TopicPartitionOffset(batch.partition, offset: batch.nextOffset)
    switch policy {
    case .onRevocation: offsets[batch.partition] = batch.nextOffset
    case .everyBatch:
      do {
        try consumer.commit([next], timeout: patience)
      } catch {
        // The group is rebalancing: whoever gets the partition reads the batch again.
        progress.withLock { $0.refusedCommits.append(error) }
        let start = PartitionStart(batch.partition, .offset(batch.firstOffset))
        return try consumer.seek([start], timeout: patience)
      }
    }
    let copies = batch.copies()
    progress.withLock { $0.records += copies }
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
      if !isLost { try consumer.commit(read, timeout: patience) }
      try consumer.confirmRevoked(partitions)
      progress.withLock { $0.revoked += partitions }
    case .error(let error): progress.withLock { $0.errors.append(error) }
    default: break
    }
    let assignment = consumer.assignment
    progress.withLock { $0.assignment = assignment }
  }
}
