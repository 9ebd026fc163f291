internal import Kafka
internal import Logging
internal import Pipeline
internal import Stages

/// A producer with the topics of every destination looked up once. Owned by one sink.
struct RecordPublisher: ~Copyable {
  var producer: KafkaProducer
  private let topics: [TopicHandle]

  init(_ configuration: KafkaConfiguration, _ settings: KafkaSettings) throws(KafkaError) {
    var producer = try KafkaProducer(configuration)
    var topics: [TopicHandle] = []
    for destination in OutgoingRecords.Destination.allCases {
      topics.append(try producer.topic(settings.topic(destination)))
    }
    self.topics = topics
    self.producer = producer
  }

  /// Gives every record of `handoffs` to the producer, in order.
  mutating func publish(_ handoffs: [Handoff]) throws(KafkaError) {
    for handoff in handoffs {
      let records = handoff.records
      try records.forEach { (record, key, value) throws(KafkaError) in
        let topic = topics[Int(record.destination.rawValue)]
        guard record.headers != nil else {
          return try producer.produce(
            topic: topic, partition: record.partition, key: key, value: value)
        }
        let headers = records.headers(of: record).map { header in
          (name: header.name, value: Optional(Array(header.value.utf8)))
        }
        try producer.produce(
          topic: topic, partition: record.partition, key: key, value: value, headers: headers)
      }
    }
  }

  /// The highest next offset of each partition in `handoffs`.
  static func offsets(of handoffs: [Handoff]) -> [TopicPartitionOffset] {
    var offsets: [LogPartition: Int64] = [:]
    for handoff in handoffs {
      guard let offset = handoff.nextOffset else { continue }
      offsets[handoff.partition] = max(offset, offsets[handoff.partition] ?? 0)
    }
    return offsets.sorted { $0.key < $1.key }.map {
      TopicPartitionOffset(TopicPartition($0.key), offset: $0.value)
    }
  }

  mutating func logSignals(to logger: Logger) {
    while let signal = producer.pollSignal() {
      switch signal {
      case .log(let line): logger.log(line)
      case .error(let error): logger.debug("producer", metadata: ["reason": "\(error)"])
      case .statistics: continue
      }
    }
  }
}
