internal import Kafka
internal import Logging
internal import Pipeline

/// Reads one partition of a changelog from beginning to end, outside of any group.
struct KafkaChangelogReader: ChangelogReader {
  private let settings: KafkaSettings
  private let topic: String
  private let logger: Logger

  /// Records taken in one poll.
  private static let batch = 5_000
  /// How long the broker may deliver nothing before the restore is given up.
  private static let patience: Duration = .seconds(60)

  init(_ settings: KafkaSettings, topic: String, logger: Logger) {
    self.settings = settings
    self.topic = topic
    self.logger = logger
  }

  func read(
    partition: Int32,
    _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?)
      throws(PipelineError) -> Void
  ) throws(PipelineError) -> Int {
    let topic = TopicPartition(self.topic, partition)
    do {
      var consumer = try KafkaConsumer(settings.changelogReader, membership: .manual)
      // Asking also makes the partition's leader known: what is assigned before that waits half a
      // second for librdkafka to look again.
      let (low, high) = try consumer.watermarks(of: topic, timeout: settings.requestTimeout)
      guard low < high else { return 0 }
      try consumer.assign([PartitionStart(topic, .offset(low))])
      let count = try read(topic, from: &consumer, body)
      try consumer.close(timeout: settings.requestTimeout)
      return count
    } catch let error as KafkaError {
      throw PipelineError(error, during: "reading \(topic.log)")
    } catch let error as PipelineError {
      throw error
    } catch {
      throw .transport(operation: "reading \(topic.log)", reason: "\(error)")
    }
  }

  func emptyPartitions(of count: Int) throws(PipelineError) -> Set<Int32> {
    let partitions = (0..<Int32(count)).map { TopicPartition(topic, $0) }
    return try attempt("asking what the checkpoints' topic holds") { () throws(KafkaError) in
      var consumer = try KafkaConsumer(settings.changelogReader, membership: .manual)
      let ranges = try consumer.ranges(of: partitions, timeout: settings.requestTimeout)
      try consumer.close(timeout: settings.requestTimeout)
      return Set(partitions.filter { ranges[$0]?.isEmpty ?? true }.map(\.partition))
    }
  }

  private func read(
    _ topic: TopicPartition, from consumer: inout KafkaConsumer,
    _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?)
      throws(PipelineError) -> Void
  ) throws -> Int {
    var count = 0
    var lastProgress = ContinuousClock.now
    while true {
      while let signal = consumer.pollSignal(timeout: .zero) { log(signal) }
      let fetched = consumer.pollRecords(
        maximum: KafkaChangelogReader.batch, timeout: .milliseconds(100))
      for fetched in fetched {
        lastProgress = .now
        switch fetched {
        case .records(let batch):
          count += batch.count
          try batch.forEach { (record) throws(PipelineError) in
            if let key = record.key { try body(key, record.value) }
          }
        case .endOfPartition: return count
        case .failed(_, let error):
          if error.isFatal || error.isUnknownTopicOrPartition || error.isOffsetOutOfRange {
            throw error
          }
        }
      }
      let silence = ContinuousClock.now - lastProgress
      if silence > KafkaChangelogReader.patience {
        throw PipelineError.transport(
          operation: "reading \(topic.log)", reason: "nothing came for \(silence)")
      }
    }
  }

  private func log(_ signal: ConsumerSignal) {
    switch signal {
    case .log(let line): logger.log(line)
    case .error(let error): logger.debug("restore", metadata: ["reason": "\(error)"])
    case .assigned, .revoked, .statistics, .offsetsCommitted: return
    }
  }
}
