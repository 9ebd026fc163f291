internal import Kafka
internal import Pipeline

extension PipelineError {
  /// Sorts a Kafka error by who can do something about it.
  init(_ error: KafkaError, during operation: String) {
    let reason = "\(operation): \(error)"
    if error.isFenced, !error.isMembershipLost {
      self = .fenced(reason: reason)
    } else if PipelineError.misconfigurations.contains(error.name) {
      self = .misconfigured(reason: reason + (PipelineError.advice[error.name] ?? ""))
    } else {
      self = .transport(operation: operation, reason: "\(error)")
    }
  }

  /// What no retry mends: logins, permissions, settings that the broker or librdkafka refuses.
  private static let misconfigurations: Set<String> = [
    "SASL_AUTHENTICATION_FAILED", "UNSUPPORTED_SASL_MECHANISM", "ILLEGAL_SASL_STATE",
    "TOPIC_AUTHORIZATION_FAILED", "GROUP_AUTHORIZATION_FAILED", "CLUSTER_AUTHORIZATION_FAILED",
    "TRANSACTIONAL_ID_AUTHORIZATION_FAILED", "INVALID_TRANSACTION_TIMEOUT", "_INVALID_ARG",
    "_AUTHENTICATION", "_SSL", "UNSUPPORTED_VERSION", "_UNSUPPORTED_FEATURE",
  ]

  /// Which settings to look at.
  private static let advice = [
    "_SSL": "; look at ssl.ca.location, and at ssl.certificate.location and ssl.key.location",
    "_AUTHENTICATION": "; look at sasl.mechanism, sasl.username and sasl.password",
    "SASL_AUTHENTICATION_FAILED": "; look at sasl.mechanism, sasl.username and sasl.password",
  ]
}

extension TopicPartition {
  init(_ partition: LogPartition) {
    self.init(partition.topic, partition.partition)
  }

  var log: LogPartition { LogPartition(topic, partition) }
}

/// Runs `body`, giving its Kafka error the pipeline's terms.
func attempt<Result>(
  _ operation: String, _ body: () throws(KafkaError) -> Result
) throws(PipelineError) -> Result {
  do {
    return try body()
  } catch {
    throw PipelineError(error, during: operation)
  }
}
