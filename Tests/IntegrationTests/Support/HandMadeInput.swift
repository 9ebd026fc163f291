import Kafka

/// Records that a test writes one by one, as trackers write them.
struct HandMadeInput {
  struct Record {
    var key: [UInt8]?
    var value: [UInt8]?

    init(key: String?, _ value: [UInt8]?) {
      self.key = key.map { Array($0.utf8) }
      self.value = value
    }

    init(key: String?, _ value: String) {
      self.init(key: key, Array(value.utf8))
    }
  }

  /// 2026-03-05 at `clock`, UTC.
  static func time(_ clock: String) -> String { "2026-03-05T\(clock)Z" }

  /// A landing from a newsletter.
  static func landing(_ person: String, at clock: String, id: String) -> Record {
    Record(
      key: person,
      """
      {"type":"page","messageId":"\(id)","userId":"\(person)","timestamp":"\(time(clock))",\
      "receivedAt":"\(time(clock))","context":{"page":{"url":"https://shop.example/\
      ?utm_source=news&utm_medium=email&utm_campaign=spring"}}}
      """)
  }

  /// An order; `revenue` is written as it is given.
  static func order(
    _ person: String, at clock: String, id: String, number: String, revenue: String = "12.50"
  ) -> Record {
    Record(
      key: person,
      """
      {"type":"track","event":"Order Completed","messageId":"\(id)","userId":"\(person)",\
      "timestamp":"\(time(clock))","receivedAt":"\(time(clock))",\
      "properties":{"order_id":"\(number)","revenue":\(revenue),"currency":"EUR"}}
      """)
  }

  /// Stores records in their order in one partition, stamped now or as given.
  static func produce(
    _ records: [Record], to topic: String, partition: Int32, timestamp: Int64? = nil
  ) throws {
    var producer = try KafkaProducer([
      "bootstrap.servers": TestBroker.bootstrapServers, "message.max.bytes": "8388608",
    ])
    let topic = try producer.topic(topic)
    for record in records {
      try producer.produce(
        topic: topic, partition: partition, key: record.key, value: record.value,
        timestamp: timestamp)
    }
    try producer.flush(timeout: patience)
  }
}
