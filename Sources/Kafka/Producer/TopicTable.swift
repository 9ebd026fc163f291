import CRdKafka

/// Owns a producer's topic objects and gives each a number.
@safe struct TopicTable: ~Copyable {
  private let client: ClientHandle
  private var handles: [String: TopicHandle] = [:]
  private var pointers: [OpaquePointer]

  init(client: ClientHandle) {
    self.client = client
    unsafe pointers = []
  }

  deinit {
    for index in unsafe pointers.indices { unsafe rd_kafka_topic_destroy(pointers[index]) }
  }

  /// The handle of a topic, made at its first use.
  mutating func handle(of name: String) throws(KafkaError) -> TopicHandle {
    if let known = handles[name] { return known }
    guard let pointer = unsafe rd_kafka_topic_new(client.pointer, name, nil) else {
      throw KafkaError(code: rd_kafka_last_error()).adding("topic \"\(name)\"")
    }
    let handle = unsafe TopicHandle(index: pointers.count)
    unsafe pointers.append(pointer)
    handles[name] = handle
    return handle
  }

  /// The object behind a handle of this producer.
  subscript(handle: TopicHandle) -> OpaquePointer { unsafe pointers[handle.index] }
}
