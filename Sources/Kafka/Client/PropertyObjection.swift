internal import CRdKafka

extension KafkaConfiguration {
  /// What librdkafka has against a property.
  package enum Objection: Hashable, Sendable {
    /// It has none of this name.
    case name
    /// It does not take the value. The reason never holds a secret.
    case value(reason: String)
  }

  /// What stands against setting a property, found out without a client; `nil` if nothing does.
  package static func objection(to name: String, value: String) -> Objection? {
    let configuration = unsafe rd_kafka_conf_new()
    defer { unsafe rd_kafka_conf_destroy(configuration) }
    let result = unsafe withMessageBuffer { buffer in
      unsafe rd_kafka_conf_set(configuration, name, value, buffer.baseAddress, buffer.count)
    }
    switch result.value {
    case RD_KAFKA_CONF_OK: return nil
    case RD_KAFKA_CONF_UNKNOWN: return .name
    // The sentence may quote the value.
    default:
      return .value(reason: isSecret(name) ? "the value is not accepted" : result.message)
    }
  }
}
