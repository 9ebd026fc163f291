import CRdKafka

/// Owns an `rd_kafka_conf_t` from its creation to the moment a client takes it over.
///
/// librdkafka takes the object only when `rd_kafka_new` succeeds; in every other case it is
/// destroyed here.
@safe struct ClientConfiguration: ~Copyable {
  private var pointer: OpaquePointer

  /// Throws for a property that does not exist or a value that does not parse, naming it.
  init(_ configuration: KafkaConfiguration, events: Int32) throws(KafkaError) {
    unsafe pointer = rd_kafka_conf_new()
    for name in configuration.names {
      try set(name, configuration[name] ?? "")
    }
    unsafe rd_kafka_conf_set_events(pointer, events)
  }

  deinit { unsafe rd_kafka_conf_destroy(pointer) }

  private func set(_ name: String, _ value: String) throws(KafkaError) {
    let result = unsafe withMessageBuffer { buffer in
      unsafe rd_kafka_conf_set(pointer, name, value, buffer.baseAddress, buffer.count)
    }
    guard result.value != RD_KAFKA_CONF_OK else { return }
    // librdkafka's own sentence may quote the value, and the value may be a secret.
    let reason =
      KafkaConfiguration.isSecret(name) ? "the value is not accepted" : result.message
    throw KafkaError(
      code: RD_KAFKA_RESP_ERR__INVALID_ARG,
      message: "Kafka property \"\(name)\" cannot be set: \(reason)")
  }

  /// Makes the client, which owns the configuration from then on.
  consuming func makeClient(_ type: rd_kafka_type_t) throws(KafkaError) -> OpaquePointer {
    let result = unsafe withMessageBuffer { buffer in
      unsafe rd_kafka_new(type, pointer, buffer.baseAddress, buffer.count)
    }
    guard let client = unsafe result.value else {
      _ = consume self
      throw KafkaError(
        code: RD_KAFKA_RESP_ERR__INVALID_ARG,
        message: unsafe "the Kafka client cannot be created: \(result.message)")
    }
    discard self
    return unsafe client
  }
}

/// Runs a C call that may write a sentence into a buffer, and returns both.
func withMessageBuffer<Value>(
  _ body: (UnsafeMutableBufferPointer<CChar>) -> Value
) -> (value: Value, message: String) {
  unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer in
    unsafe buffer.initialize(repeating: 0)
    let value = unsafe body(buffer)
    return unsafe (value, String(cString: buffer.baseAddress!))
  }
}
