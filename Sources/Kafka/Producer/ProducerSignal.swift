/// What the producer has to say besides the outcome of its calls.
package enum ProducerSignal: Sendable, Equatable {
  /// Something went wrong; if it is fatal, the next call throws it as well.
  case error(KafkaError)
  case log(KafkaLogLine)
  /// librdkafka's statistics as JSON, every `statistics.interval.ms`.
  case statistics(String)
}
