import CRdKafka

/// Owns the C form of topics to be created.
@safe struct NewTopicRequests: ~Copyable {
  private var pointers: [OpaquePointer?]

  /// Throws for a name or number that no broker would accept, and for a setting without a value.
  init(_ topics: [NewTopic]) throws(KafkaError) {
    unsafe pointers = []
    for topic in topics { try append(topic) }
  }

  deinit {
    for index in unsafe pointers.indices { unsafe rd_kafka_NewTopic_destroy(pointers[index]) }
  }

  private mutating func append(_ topic: NewTopic) throws(KafkaError) {
    let result = unsafe withMessageBuffer { buffer in
      unsafe rd_kafka_NewTopic_new(
        topic.name, Int32(clamping: topic.partitions),
        Int32(clamping: topic.replicationFactor ?? -1),
        buffer.baseAddress, buffer.count)
    }
    guard let pointer = unsafe result.value else {
      throw KafkaError(
        code: RD_KAFKA_RESP_ERR__INVALID_ARG,
        message: unsafe "topic \"\(topic.name)\": \(result.message)")
    }
    unsafe pointers.append(pointer)
    for (name, value) in topic.configuration.sorted(by: { $0.key < $1.key }) {
      let code = unsafe rd_kafka_NewTopic_set_config(pointer, name, value)
      try KafkaError.check(code, "topic \"\(topic.name)\", setting \"\(name)\"")
    }
  }

  /// Lends the pointers to one C call, which copies what it needs.
  func withPointers(_ body: (UnsafeMutableBufferPointer<OpaquePointer?>) -> Void) {
    var copy = unsafe pointers
    unsafe copy.withUnsafeMutableBufferPointer { unsafe body($0) }
  }
}
