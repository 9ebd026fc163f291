/// One line of librdkafka's own log.
package struct KafkaLogLine: Sendable, Equatable {
  /// Syslog severity: 0 emergency, 3 error, 4 warning, 6 informational, 7 debug.
  package let level: Int32
  /// librdkafka's short tag, such as "FAIL" or "REQTMOUT".
  package let facility: String
  package let message: String
}
