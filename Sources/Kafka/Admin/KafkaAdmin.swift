import CRdKafka

/// Creates, describes and deletes topics.
///
/// Every call blocks until all brokers concerned have answered or the timeout has passed.
package struct KafkaAdmin: ~Copyable {
  private let client: ClientHandle

  /// Connects in the background; settings for consumers or producers are not allowed.
  package init(_ configuration: KafkaConfiguration) throws(KafkaError) {
    var configuration = configuration
    configuration["log.queue"] = "true"
    // Asking for a topic must not create it; only consumers can be told so.
    configuration["allow.auto.create.topics"] = "false"
    let conf = try ClientConfiguration(configuration, events: RD_KAFKA_EVENT_ERROR)
    let client = try ClientHandle(RD_KAFKA_CONSUMER, conf)
    // Log lines go to the main queue, as errors do, and every call empties it.
    let code = unsafe rd_kafka_set_log_queue(client.pointer, nil)
    try KafkaError.check(code, "log queue")
    self.client = client
  }

  /// Creates topics and says for each what became of it. Throws if the request itself failed.
  package func createTopics(
    _ topics: [NewTopic], timeout: Duration
  ) throws(KafkaError) -> [String: TopicCreation] {
    guard !topics.isEmpty else { return [:] }
    let requests = try NewTopicRequests(topics)
    let event = try unsafe call("creating topics", timeout) { queue, options in
      unsafe requests.withPointers { pointers in
        unsafe rd_kafka_CreateTopics(
          client.pointer, pointers.baseAddress, pointers.count, options, queue)
      }
    }
    var count = 0
    let result = unsafe rd_kafka_event_CreateTopics_result(event.pointer)
    let answers = unsafe rd_kafka_CreateTopics_result_topics(result, &count)
    var outcomes: [String: TopicCreation] = [:]
    for (name, error) in unsafe Self.outcomes(answers, count) {
      let existed = error?.code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS.rawValue
      outcomes[name] = existed ? .alreadyExisted : error.map { .failed($0) } ?? .created
    }
    return outcomes
  }

  /// Deletes topics with all their records. One that does not exist is not an error.
  package func deleteTopics(_ names: [String], timeout: Duration) throws(KafkaError) {
    guard !names.isEmpty else { return }
    var requests = unsafe names.map { unsafe rd_kafka_DeleteTopic_new($0) }
    defer { unsafe rd_kafka_DeleteTopic_destroy_array(&requests, requests.count) }
    let event = try unsafe call("deleting topics", timeout) { queue, options in
      unsafe requests.withUnsafeMutableBufferPointer { pointers in
        unsafe rd_kafka_DeleteTopics(
          client.pointer, pointers.baseAddress, pointers.count, options, queue)
      }
    }
    var count = 0
    let result = unsafe rd_kafka_event_DeleteTopics_result(event.pointer)
    let answers = unsafe rd_kafka_DeleteTopics_result_topics(result, &count)
    for (name, error) in unsafe Self.outcomes(answers, count) {
      guard let error, !error.isUnknownTopicOrPartition else { continue }
      throw error.adding("deleting topic \"\(name)\"")
    }
  }

  /// The number of partitions of each topic; topics that do not exist are absent.
  ///
  /// Where no broker answers, the error says what was heard of the connections last. A certificate or
  /// a login that is not accepted ends the waiting, because no waiting mends it.
  package func partitionCounts(
    of topics: [String], timeout: Duration
  ) throws(KafkaError) -> [String: Int] {
    // Asking for topics by name makes brokers create them, with one partition, unless they are told
    // not to; asking for all never does.
    let wanted = Set(topics)
    var metadata: UnsafePointer<rd_kafka_metadata_t>?
    let deadline = Deadline(after: timeout)
    var lastError: KafkaError?
    while true {
      let code = unsafe rd_kafka_metadata(
        client.pointer, 1, nil, &metadata, min(deadline.remaining, Self.attempt).milliseconds)
      guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { break }
      lastError = connectionError() ?? lastError
      if let lastError, lastError.isSecurityFailure { throw lastError }
      guard deadline.hasPassed else { continue }
      let heard = lastError.map { "; \($0.message)" } ?? ""
      throw KafkaError(code: code, message: "no broker tells its topics\(heard)")
    }
    guard let metadata = unsafe metadata else { return [:] }
    defer { unsafe rd_kafka_metadata_destroy(metadata) }
    var counts: [String: Int] = [:]
    for index in 0..<Int(unsafe metadata.pointee.topic_cnt) {
      let entry = unsafe metadata.pointee.topics[index]
      let name = unsafe String(cString: entry.topic)
      guard wanted.contains(name), unsafe entry.err == RD_KAFKA_RESP_ERR_NO_ERROR else {
        continue
      }
      counts[name] = unsafe Int(entry.partition_cnt)
    }
    return counts
  }

  /// The settings of one topic, defaults included; those without a value are absent.
  package func configuration(
    ofTopic name: String, timeout: Duration
  ) throws(KafkaError) -> [String: String] {
    var request = unsafe rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, name)
    defer { unsafe rd_kafka_ConfigResource_destroy(request) }
    let event = try unsafe call("describing topic \"\(name)\"", timeout) { queue, options in
      unsafe rd_kafka_DescribeConfigs(client.pointer, &request, 1, options, queue)
    }
    var count = 0
    let result = unsafe rd_kafka_event_DescribeConfigs_result(event.pointer)
    let resources = unsafe rd_kafka_DescribeConfigs_result_resources(result, &count)
    guard count == 1, let resource = unsafe resources?[0] else { return [:] }
    let code = unsafe rd_kafka_ConfigResource_error(resource)
    try KafkaError.check(code, "describing topic \"\(name)\"")
    var entryCount = 0
    let entries = unsafe rd_kafka_ConfigResource_configs(resource, &entryCount)
    var settings: [String: String] = [:]
    for index in 0..<entryCount {
      guard let entry = unsafe entries?[index], let value = unsafe rd_kafka_ConfigEntry_value(entry)
      else { continue }
      unsafe settings[String(cString: rd_kafka_ConfigEntry_name(entry))] = String(cString: value)
    }
    return settings
  }

  /// So long a broker may take to answer before it is looked whether any can.
  private static let attempt: Duration = .seconds(2)

  /// What a connection has failed of lately: a matter of security, if there is one, else the last.
  private func connectionError() -> KafkaError? {
    let queue = EventQueue.main(of: client)
    var found: KafkaError?
    while let event = queue.poll(timeout: .zero) {
      guard event.type == RD_KAFKA_EVENT_ERROR, let error = event.error,
        // It only says that there is nobody, and not why.
        error.code != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN.rawValue
      else { continue }
      if found?.isSecurityFailure != true { found = error }
    }
    return found
  }

  /// Sends one request and waits for its one answer.
  private func call(
    _ context: String, _ timeout: Duration,
    _ request: (_ queue: OpaquePointer, _ options: OpaquePointer?) -> Void
  ) throws(KafkaError) -> Event {
    let deadline = Deadline(after: timeout)
    let options = unsafe rd_kafka_AdminOptions_new(client.pointer, RD_KAFKA_ADMIN_OP_ANY)
    defer { unsafe rd_kafka_AdminOptions_destroy(options) }
    let milliseconds = max(1, timeout.milliseconds)
    let code = unsafe withMessageBuffer { buffer in
      unsafe rd_kafka_AdminOptions_set_request_timeout(
        options, milliseconds, buffer.baseAddress, buffer.count)
    }
    try KafkaError.check(code.value, "\(context): \(code.message)")
    let answers = EventQueue(for: client)
    unsafe request(answers.pointer, options)
    discardLogs()
    // librdkafka answers at the request's timeout at the latest; the second is for its own delay.
    guard let event = answers.poll(timeout: deadline.remaining + .seconds(1)) else {
      throw KafkaError(code: RD_KAFKA_RESP_ERR__TIMED_OUT).adding(context)
    }
    if let error = event.error { throw error.adding(context) }
    return event
  }

  /// The same lines reach the log through the consumer or producer of the same process.
  private func discardLogs() {
    let queue = EventQueue.main(of: client)
    while queue.poll(timeout: .zero) != nil {}
  }

  private static func outcomes(
    _ answers: UnsafeMutablePointer<OpaquePointer?>?, _ count: Int
  ) -> [(name: String, error: KafkaError?)] {
    (0..<count).map { index in
      let answer = unsafe answers?[index]
      let name = unsafe String(cString: rd_kafka_topic_result_name(answer))
      let code = unsafe rd_kafka_topic_result_error(answer)
      guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return (name, nil) }
      let text = unsafe rd_kafka_topic_result_error_string(answer)
      return (name, KafkaError(code: code, message: unsafe text.map { unsafe String(cString: $0) }))
    }
  }
}
