import CRdKafka

/// Owns one polled event. What is read out of it is copied, because its payload dies with it.
@safe struct Event: ~Copyable {
  let pointer: OpaquePointer

  init(owning pointer: OpaquePointer) { unsafe self.pointer = pointer }

  deinit { unsafe rd_kafka_event_destroy(pointer) }

  /// One of the `RD_KAFKA_EVENT_` constants.
  var type: Int32 { unsafe rd_kafka_event_type(pointer) }

  var errorCode: rd_kafka_resp_err_t { unsafe rd_kafka_event_error(pointer) }

  /// The event's error with its own sentence; `nil` if it carries none.
  var error: KafkaError? {
    let code = errorCode
    guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
    // Only error events have this flag; in the smaller ones it would be read from beyond their end.
    let isFatal =
      unsafe type == RD_KAFKA_EVENT_ERROR && rd_kafka_event_error_is_fatal(pointer) != 0
    return unsafe KafkaError(
      code: code, message: String(cString: rd_kafka_event_error_string(pointer)), isFatal: isFatal)
  }

  /// The partitions of a rebalance or commit event.
  var partitions: [TopicPartition] {
    guard let list = unsafe rd_kafka_event_topic_partition_list(pointer) else { return [] }
    return unsafe TopicPartitionList.entries(of: list).map(\.partition)
  }

  var statistics: String { unsafe String(cString: rd_kafka_event_stats(pointer)) }

  /// The line of a log event.
  var logLine: KafkaLogLine? {
    var facility: UnsafePointer<CChar>?
    var text: UnsafePointer<CChar>?
    var level: Int32 = 0
    guard unsafe rd_kafka_event_log(pointer, &facility, &text, &level) == 0 else { return nil }
    return unsafe KafkaLogLine(
      level: level, facility: facility.map { unsafe String(cString: $0) } ?? "",
      message: text.map { unsafe String(cString: $0) } ?? "")
  }
}
