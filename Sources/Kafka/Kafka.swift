import CRdKafka

// A thin binding of librdkafka, and the only target that knows it.
//
// The rule: everything comes back as a value. No C callback is ever registered; rebalances, errors,
// logs and delivery failures are polled from queues by the one actor that owns the client. What
// librdkafka allocates has exactly one Swift owner, whose `deinit` frees it. Calls that wait say so:
// they belong on an executor with a thread of its own, never on the cooperative pool.
//
// An offset always means the next record to read, in every signature of this module.

/// Names the librdkafka this process is linked with, for the start-up log line.
package enum KafkaLibrary {
  /// For example "2.0.2".
  package static var version: String {
    unsafe String(cString: rd_kafka_version_str())
  }
}
