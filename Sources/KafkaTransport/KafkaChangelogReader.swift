internal import Kafka
internal import Logging
internal import Pipeline

/// Reads one partition of the changelog from beginning to end, outside of any group.
struct KafkaChangelogReader: ChangelogReader {
  private let settings: KafkaSettings
  private let logger: Logger

  /// Records taken in one poll.
  private static let batch = 5_000
  /// How long the broker may deliver nothing before the restore is given up.
  private static let patience: Duration = .seconds(60)

  init(_ settings: KafkaSettings, logger: Logger) {
    self.settings = settings
    self.logger = logger
  }

  func read(
    partition: Int32, _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?)
      throws(PipelineError) -> Void
  ) throws(PipelineError) -> Int {
    let topic = TopicPartition(settings.changelog, partition)
    do {
      var consumer = try KafkaConsumer(settings.changelogReader, membership: .manual)
      try consumer.assign([PartitionStart(topic, .beginning)])
      let count = try KafkaChangelogReader.read(topic, from: &consumer, body)
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

  private static func read(
    _ topic: TopicPartition, from consumer: inout KafkaConsumer,
    _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?)
      throws(PipelineError) -> Void
  ) throws -> Int {
    var count = 0
    var lastProgress = ContinuousClock.now
    while true {
      // Signals have to be read too, or the queue of log lines would grow.
      while consumer.pollSignal(timeout: .zero) != nil {}
      for fetched in consumer.pollRecords(maximum: batch, timeout: .milliseconds(100)) {
        lastProgress = .now
        switch fetched {
        case .records(let batch):
          count += batch.count
          try batch.forEach { (record) throws(PipelineError) in
            if let key = record.key { try body(key, record.value) }
          }
        case .endOfPartition: return count
        case .failed(_, let error):
          if error.isFatal || error.isUnknownTopicOrPartition { throw error }
        }
      }
      if ContinuousClock.now - lastProgress > patience {
        throw PipelineError.transport(
          operation: "reading \(topic.log)", reason: "nothing came for \(patience)")
      }
    }
  }
}
