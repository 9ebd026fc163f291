import Kafka

/// A group member that keeps what it has read, and counts it as read once it is committed.
final class RecordingMember: Sendable {
  enum CommitPolicy: Sendable {
    /// Only when it gives partitions back or leaves: what another member reads next shows whether
    /// commits come before the release.
    case onRevocation
    case everyBatch
  }

  private struct Progress: Sendable {
    var committed: [ReadRecord] = []
    var pending: [TopicPartition: (next: Int64, records: [ReadRecord])] = [:]
    var assignment: [TopicPartition] = []
    var revoked: [TopicPartition] = []
    var handle: ConsumerHandle?
    var shouldStop = false
  }

  private let progress = Shared(Progress())
  private let policy: CommitPolicy
  private let drainTime: Duration

  /// The drain time passes between a revocation and its answer.
  init(commits policy: CommitPolicy = .onRevocation, drainTime: Duration = .zero) {
    self.policy = policy
    self.drainTime = drainTime
  }

  /// What is committed, in the order in which it was read.
  var records: [ReadRecord] { progress.withLock { $0.committed } }

  /// Committed or to be committed.
  var readCount: Int {
    progress.withLock { progress in
      progress.committed.count + progress.pending.values.map(\.records.count).reduce(0, +)
    }
  }

  var revoked: [TopicPartition] { progress.withLock { $0.revoked } }

  /// For calls from other threads while this member polls.
  var handle: ConsumerHandle? { progress.withLock { $0.handle } }

  /// Whether this many partitions are assigned.
  func has(_ count: Int) -> Bool { progress.withLock { $0.assignment.count == count } }

  func stop() { progress.withLock { $0.shouldStop = true } }

  /// Joins, reads until told to stop, commits and leaves, in this order: see
  /// `KafkaConsumer.beginClose`.
  func run(_ configuration: KafkaConfiguration, topic: String) throws(KafkaError) {
    var consumer = try KafkaConsumer(configuration)
    let handle = consumer.handle
    progress.withLock { $0.handle = handle }
    try consumer.subscribe([topic])
    let end = ContinuousClock.now + patience * 4
    var isLeaving = false
    while !consumer.isClosed, ContinuousClock.now < end {
      if !isLeaving, progress.withLock({ $0.shouldStop }) {
        isLeaving = true
        try commit(progress.withLock { Array($0.pending.keys) }, of: &consumer)
        try consumer.beginClose()
      }
      while let signal = consumer.pollSignal(timeout: .zero) { try answer(signal, of: &consumer) }
      guard !isLeaving else {
        waitIdly(for: .milliseconds(10))
        continue
      }
      for fetched in consumer.pollRecords(maximum: 50, timeout: .milliseconds(20)) {
        guard case .records(let batch) = fetched else { continue }
        keep(batch)
        if policy == .everyBatch { try commit([batch.partition], of: &consumer) }
      }
    }
  }

  private func keep(_ batch: RecordBatch) {
    let copies = batch.copies()
    progress.withLock { progress in
      progress.pending[batch.partition, default: (0, [])].records += copies
      progress.pending[batch.partition]?.next = batch.nextOffset
    }
  }

  private func answer(
    _ signal: ConsumerSignal, of consumer: inout KafkaConsumer
  ) throws(KafkaError) {
    switch signal {
    case .assigned(let partitions):
      try consumer.confirmAssigned(partitions.map { PartitionStart($0, .committed) })
    case .revoked(let partitions, let isLost):
      waitIdly(for: drainTime)
      if !isLost { try commit(partitions, of: &consumer) }
      progress.withLock { progress in
        for partition in partitions { progress.pending[partition] = nil }
        progress.revoked += partitions
      }
      try consumer.confirmRevoked(partitions)
    default: break
    }
    let assignment = consumer.assignment
    progress.withLock { $0.assignment = assignment }
  }

  /// Commits what is pending. If the group refuses, it was not read: somebody reads it again.
  private func commit(
    _ partitions: [TopicPartition], of consumer: inout KafkaConsumer
  ) throws(KafkaError) {
    let pending = progress.withLock { progress in
      partitions.compactMap { partition in
        progress.pending.removeValue(forKey: partition).map { (partition, $0.next, $0.records) }
      }
    }
    guard !pending.isEmpty else { return }
    do {
      try consumer.commit(
        pending.map { TopicPartitionOffset($0.0, offset: $0.1) }, timeout: patience)
      progress.withLock { $0.committed += pending.flatMap(\.2) }
    } catch {
      let starts = pending.map { PartitionStart($0.0, .offset($0.2[0].offset)) }
      try consumer.seek(starts, timeout: patience)
    }
  }
}
