import Foundation
import Kafka

/// Looks at topics and at a group's progress, as `read_committed` consumers see them.
///
/// Calls block: use it on a thread of its own.
struct TopicReader: ~Copyable {
  private var consumer: KafkaConsumer
  private static let requestTimeout: Duration = .seconds(30)

  /// `group` is whose commits are asked for; nothing joins it.
  init(group: String) throws {
    consumer = try KafkaConsumer(
      [
        "bootstrap.servers": TestBroker.bootstrapServers, "group.id": group,
        "isolation.level": "read_committed", "enable.partition.eof": "true",
        "allow.auto.create.topics": "false",
      ], membership: .manual)
  }

  func partitions(of topic: String) throws -> [TopicPartition] {
    let count = try consumer.partitionCount(of: topic, timeout: Self.requestTimeout)
    return (0..<Int32(count)).map { TopicPartition(topic, $0) }
  }

  /// The sum of the partitions' ends: how many records readers can see, markers included.
  func length(of topic: String) throws -> Int64 {
    try partitions(of: topic).reduce(0) { sum, partition in
      try sum + consumer.watermarks(of: partition, timeout: Self.requestTimeout).high
    }
  }

  /// The first offset that the broker still has.
  func start(of partition: TopicPartition) throws -> Int64 {
    try consumer.watermarks(of: partition, timeout: Self.requestTimeout).low
  }

  /// Waits until readers can see more of a topic than now.
  func awaitGrowth(of topic: String) throws {
    let length = try length(of: topic)
    let end = ContinuousClock.now + patience
    while try self.length(of: topic) <= length {
      guard ContinuousClock.now < end else {
        throw WaitedTooLong(what: "something new in \(topic)", patience: patience)
      }
      Thread.sleep(forTimeInterval: 0.03)
    }
  }

  /// Every record of a topic, by partition and offset.
  mutating func records(of topic: String) throws -> [TopicRecord] {
    try read(try partitions(of: topic).map { PartitionStart($0, .beginning) })
  }

  /// The records of a topic that the group has not committed yet.
  mutating func unconsumedRecords(of topic: String) throws -> [TopicRecord] {
    let partitions = try partitions(of: topic)
    let committed = try consumer.committed(partitions, timeout: Self.requestTimeout)
    return try read(
      partitions.map { partition in
        PartitionStart(partition, committed[partition].map { .offset($0) } ?? .beginning)
      })
  }

  private mutating func read(_ starts: [PartitionStart]) throws -> [TopicRecord] {
    try consumer.assign(starts)
    defer { discardAssignment() }
    var records: [TopicRecord] = []
    var unfinished = Set(starts.map(\.partition))
    let end = ContinuousClock.now + patience
    while !unfinished.isEmpty {
      while consumer.pollSignal(timeout: .zero) != nil {}
      for fetched in consumer.pollRecords(maximum: 5_000, timeout: .milliseconds(50)) {
        switch fetched {
        case .records(let batch):
          batch.forEach { record in
            records.append(TopicRecord(record, partition: batch.partition.partition))
          }
        case .endOfPartition(let partition, _): unfinished.remove(partition)
        case .failed(_, let error): throw error
        }
      }
      guard ContinuousClock.now < end else {
        throw WaitedTooLong(what: "\(unfinished) read to their ends", patience: patience)
      }
    }
    return records.sorted { $0.place < $1.place }
  }

  private mutating func discardAssignment() {
    do {
      try consumer.assign([])
    } catch {
      preconditionFailure("an empty assignment is always possible: \(error)")
    }
  }

  consuming func close() throws {
    try consumer.close(timeout: Self.requestTimeout)
  }
}
