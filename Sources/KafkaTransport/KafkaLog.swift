internal import Kafka
internal import Logging

extension Logger {
  /// Passes on a line of librdkafka's log at a level that fits an operator: what it retries by
  /// itself is not a warning.
  func log(_ line: KafkaLogLine) {
    let level: Logger.Level =
      switch line.level {
      case ...2: .error
      case 3, 4: .debug
      default: .trace
      }
    log(level: level, "\(line.message)", metadata: ["librdkafka": "\(line.facility)"])
  }
}
