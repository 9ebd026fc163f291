import Kafka

/// A record as it lies in a topic, copied.
struct TopicRecord: Hashable, Sendable {
  struct Header: Hashable, Sendable {
    var name: String
    var value: [UInt8]?
  }

  /// Where a record is, within one topic.
  struct Place: Hashable, Comparable, Sendable {
    var partition: Int32
    var offset: Int64

    static func < (left: Place, right: Place) -> Bool {
      (left.partition, left.offset) < (right.partition, right.offset)
    }
  }

  var place: Place
  var timestamp: Int64?
  var key: [UInt8]?
  var value: [UInt8]?
  var headers: [Header] = []

  init(_ record: borrowing KafkaRecord, partition: Int32) {
    place = Place(partition: partition, offset: record.offset)
    timestamp = record.timestamp
    key = record.key.map { Array($0) }
    value = record.value.map { Array($0) }
    headers = record.headers().map { Header(name: $0.name, value: $0.value) }
  }
}
