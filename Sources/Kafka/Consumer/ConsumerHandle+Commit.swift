import CRdKafka

extension ConsumerHandle {
  /// Commits for the group and waits for the broker, from any thread. For processing at least once;
  /// exactly-once sends offsets with the producer's transaction instead.
  ///
  /// Blocks up to the timeout, after which the outcome is unknown and the call may be repeated.
  package func commit(
    _ offsets: [TopicPartitionOffset], timeout: Duration
  ) throws(KafkaError) {
    guard !offsets.isEmpty else { return }
    let list = TopicPartitionList(offsets)
    // The plain synchronous call has no timeout: it waits for a lost coordinator as long as it takes.
    let answers = EventQueue(for: client)
    let code = unsafe rd_kafka_commit_queue(
      client.pointer, list.pointer, answers.pointer, nil, nil)
    try KafkaError.check(code, "offset commit")
    guard let event = answers.poll(timeout: timeout) else {
      throw KafkaError(code: RD_KAFKA_RESP_ERR__TIMED_OUT, isRetriable: true)
        .adding("offset commit")
    }
    if let error = event.error { throw client.resolving(error).adding("offset commit") }
  }
}
