import CRdKafka

/// What librdkafka or a broker answered instead of success.
///
/// The three flags sort an error by who acts on it: a fatal one ends the client, one that requires
/// an abort ends the current transaction, a retriable one may be asked again.
package struct KafkaError: Error, Sendable, Equatable, CustomStringConvertible {
  /// librdkafka's code: negative for its own errors, positive for the broker's.
  package let code: Int32
  /// The code's symbol without prefix, such as "_TIMED_OUT" or "TOPIC_AUTHORIZATION_FAILED".
  package let name: String
  /// One sentence for the log; names the property, topic or call where that is known.
  package let message: String
  /// The client can do nothing more: close it and start again.
  package let isFatal: Bool
  /// The same call may succeed later.
  package let isRetriable: Bool
  /// The transaction in progress has to be aborted before the producer can go on.
  package let requiresAbort: Bool

  /// Describes a bare code, without the flags that only error objects carry.
  init(
    code: rd_kafka_resp_err_t, message: String? = nil, isFatal: Bool = false,
    isRetriable: Bool = false, requiresAbort: Bool = false
  ) {
    self.code = code.rawValue
    self.name = unsafe String(cString: rd_kafka_err2name(code))
    self.message = unsafe message ?? String(cString: rd_kafka_err2str(code))
    self.isFatal = isFatal || code == RD_KAFKA_RESP_ERR__FATAL
    self.isRetriable = isRetriable
    self.requiresAbort = requiresAbort
  }

  /// Reads and destroys an error object: every `rd_kafka_error_t` passes through here exactly once.
  init(consuming error: OpaquePointer) {
    unsafe self.init(
      code: rd_kafka_error_code(error),
      message: String(cString: rd_kafka_error_string(error)),
      isFatal: rd_kafka_error_is_fatal(error) != 0,
      isRetriable: rd_kafka_error_is_retriable(error) != 0,
      requiresAbort: rd_kafka_error_txn_requires_abort(error) != 0)
    unsafe rd_kafka_error_destroy(error)
  }

  /// Throws unless the code says success.
  static func check(
    _ code: rd_kafka_resp_err_t, _ context: @autoclosure () -> String
  ) throws(KafkaError) {
    guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
    throw KafkaError(code: code).adding(context())
  }

  /// Throws unless there is no error object; destroys the one there is.
  static func check(consuming error: OpaquePointer?) throws(KafkaError) {
    if let error = unsafe result(consuming: error) { throw error }
  }

  /// The error a call returned, or `nil` for its success.
  static func result(consuming error: OpaquePointer?) -> KafkaError? {
    unsafe error.map { unsafe KafkaError(consuming: $0) }
  }

  /// The same error with what was being attempted put before its message.
  func adding(_ context: String) -> KafkaError {
    KafkaError(
      code: rd_kafka_resp_err_t(code), message: "\(context): \(message)", isFatal: isFatal,
      isRetriable: isRetriable, requiresAbort: requiresAbort)
  }

  /// The same error as one that ends the transaction, which a lost record does.
  func requiringAbort() -> KafkaError {
    KafkaError(
      code: rd_kafka_resp_err_t(code), message: message, isFatal: isFatal,
      isRetriable: false, requiresAbort: true)
  }

  package var description: String { "\(message) (\(name))" }
}

extension KafkaError {
  /// A deadline passed; the outcome of the call is unknown unless its documentation says otherwise.
  package var isTimeout: Bool {
    code == RD_KAFKA_RESP_ERR__TIMED_OUT.rawValue
      || code == RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT.rawValue
      || code == RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE.rawValue
  }

  /// Another producer or group member has taken this one's place: nothing it still holds may be
  /// committed.
  package var isFenced: Bool {
    switch rd_kafka_resp_err_t(code) {
    case RD_KAFKA_RESP_ERR__FENCED, RD_KAFKA_RESP_ERR_PRODUCER_FENCED,
      RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
      true
    default: isMembershipLost
    }
  }

  /// Client and broker do not accept each other: a certificate, a password, a mechanism.
  package var isSecurityFailure: Bool {
    switch rd_kafka_resp_err_t(code) {
    case RD_KAFKA_RESP_ERR__SSL, RD_KAFKA_RESP_ERR__AUTHENTICATION,
      RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
      true
    default: false
    }
  }

  /// The group is beginning a generation that this member has not heard of: it may commit once it
  /// has, unless its partitions are taken from it.
  package var isBetweenGenerations: Bool {
    code == RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION.rawValue
      || code == RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS.rawValue
  }

  /// The group has gone on without this member, which was silent for too long or came too late. It
  /// says nothing about anybody else having its identity.
  package var isMembershipLost: Bool {
    switch rd_kafka_resp_err_t(code) {
    case RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID: true
    default: false
    }
  }

  /// The topic or partition does not exist, or this client has not heard of it yet.
  package var isUnknownTopicOrPartition: Bool {
    switch rd_kafka_resp_err_t(code) {
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION,
      RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
      true
    default: false
    }
  }

  /// The position asked for is no longer, or not yet, in the log.
  package var isOffsetOutOfRange: Bool {
    code == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE.rawValue
      || code == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET.rawValue
  }
}
