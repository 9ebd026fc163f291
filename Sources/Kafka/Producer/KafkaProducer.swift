import CRdKafka

/// Writes records, idempotently or in transactions.
///
/// Owned by one actor with a thread of its own: flushing and everything about transactions blocks.
///
/// A record that could not be delivered is found out later than it was produced. The first such
/// failure is kept and thrown by the next call that produces, flushes, sends offsets or commits, so
/// that nothing can be committed past a lost record; `abortTransaction` forgets it.
package struct KafkaProducer: ~Copyable {
  let client: ClientHandle
  private let events: EventQueue
  private var topics: TopicTable
  /// What failed to be delivered first since the last abort.
  var deliveryFailure: KafkaError?
  /// Between `beginTransaction` and the end of its commit or abort.
  package internal(set) var isInTransaction = false
  /// From the first attempt to commit until its outcome is known.
  var isCommitting = false
  private var signals: [ProducerSignal] = []
  /// Signals that were dropped because nobody polled for them.
  package private(set) var droppedSignalCount = 0

  /// Signals kept for `pollSignal`; the oldest give way.
  package static let signalCapacity = 256
  /// How long `produce` waits for room in the full queue before it throws.
  package static let queueFullPatience: Duration = .seconds(60)
  /// How long a wait may last before failed deliveries are looked for.
  static let drainInterval: Duration = .milliseconds(50)

  /// Connects in the background. Transactional if `transactional.id` is configured; idempotent, and
  /// partitioned like the Java client, unless configured otherwise.
  package init(_ configuration: KafkaConfiguration) throws(KafkaError) {
    var configuration = configuration.merging(defaults: [
      "enable.idempotence": "true",
      "partitioner": "murmur2_random",
    ])
    configuration["log.queue"] = "true"
    // Delivery reports as events, and only for failures: a transaction's commit then waits on a
    // condition variable for the last record (2 ms; without events it polls every 10 ms), successes
    // cost nothing, and a flush cannot wait for reports that nobody reads: the only ones there can
    // be are failures, which `drain` takes between the slices of every wait.
    configuration["delivery.report.only.error"] = "true"
    let conf = try ClientConfiguration(
      configuration,
      events: RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_LOG | RD_KAFKA_EVENT_STATS)
    let client = try ClientHandle(RD_KAFKA_PRODUCER, conf)
    let code = unsafe rd_kafka_set_log_queue(client.pointer, nil)
    try KafkaError.check(code, "log queue")
    events = EventQueue.main(of: client)
    topics = TopicTable(client: client)
    self.client = client
  }

  deinit {
    if isInTransaction { giveUpTransaction() }
    // Without this, destroying the client would wait for records still queued for a dead broker.
    _ = unsafe rd_kafka_purge(
      client.pointer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
  }

  /// Aborts the transaction of a producer that is being dropped, as far as that goes quickly.
  ///
  /// Otherwise the broker would keep it open until it times out; and up to 2.0.2 librdkafka fails an
  /// assertion if the client is destroyed while it registers a partition with a transaction.
  private func giveUpTransaction() {
    let deadline = Deadline(after: .seconds(1))
    var isRetriable = true
    while isRetriable, !deadline.hasPassed {
      while events.poll(timeout: .zero) != nil {}
      let error = unsafe KafkaError.result(
        consuming: rd_kafka_abort_transaction(client.pointer, 20))
      isRetriable = error?.isRetriable ?? false
    }
  }

  /// The handle under which records are produced to a topic; the same for the same name.
  ///
  /// Does not ask any broker: a topic that does not exist shows up as a delivery failure.
  package mutating func topic(_ name: String) throws(KafkaError) -> TopicHandle {
    try topics.handle(of: name)
  }

  /// Queues a copy of one record; it is sent in the background.
  ///
  /// `nil` for the partition leaves the choice to the partitioner, for the value makes a tombstone,
  /// for the timestamp means now; timestamps are milliseconds since 1970 UTC. Blocks only while the
  /// queue is full.
  package mutating func produce(
    topic: TopicHandle, partition: Int32? = nil, key: UnsafeRawBufferPointer?,
    value: UnsafeRawBufferPointer?, headers: [(name: String, value: [UInt8]?)] = [],
    timestamp: Int64? = nil
  ) throws(KafkaError) {
    try throwDeliveryFailure()
    let partition = partition ?? Int32(RD_KAFKA_PARTITION_UA)
    let key = unsafe key?.orEmpty
    let value = unsafe value?.orEmpty
    var code = unsafe enqueue(topic, partition, key, value, headers, timestamp)
    guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
    let deadline = Deadline(after: Self.queueFullPatience)
    while code == RD_KAFKA_RESP_ERR__QUEUE_FULL, !deadline.hasPassed {
      // Flushing for a moment sends what lingers, which is what makes room.
      unsafe rd_kafka_flush(client.pointer, 5)
      drain()
      try throwDeliveryFailure()
      code = unsafe enqueue(topic, partition, key, value, headers, timestamp)
    }
    guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
    let error = KafkaError(code: code).adding("produce")
    // A record that is too large was refused before it became part of anything.
    throw code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE ? error : explained(error)
  }

  private func enqueue(
    _ topic: TopicHandle, _ partition: Int32, _ key: UnsafeRawBufferPointer?,
    _ value: UnsafeRawBufferPointer?, _ headers: [(name: String, value: [UInt8]?)],
    _ timestamp: Int64?
  ) -> rd_kafka_resp_err_t {
    let topic = unsafe topics[topic]
    let client = client
    guard headers.isEmpty, timestamp == nil else {
      let produce: (OpaquePointer?) -> rd_kafka_resp_err_t = { headers in
        unsafe crdkafka_produce(
          client.pointer, topic, partition, key?.baseAddress, key?.count ?? 0, value?.baseAddress,
          value?.count ?? 0, timestamp ?? 0, headers)
      }
      guard !headers.isEmpty else { return produce(nil) }
      return unsafe RecordHeaders(headers).hand(to: produce)
    }
    let result = unsafe rd_kafka_produce(
      topic, partition, RD_KAFKA_MSG_F_COPY, UnsafeMutableRawPointer(mutating: value?.baseAddress),
      value?.count ?? 0, key?.baseAddress, key?.count ?? 0, nil)
    // The error is kept per thread: read it before anything else can run on this one.
    return result == 0 ? RD_KAFKA_RESP_ERR_NO_ERROR : rd_kafka_last_error()
  }

  /// Waits until every record has been delivered. Blocks up to the timeout; throws the first
  /// delivery failure, or a time-out with the records still queued.
  package mutating func flush(timeout: Duration) throws(KafkaError) {
    let deadline = Deadline(after: timeout)
    repeat {
      let slice = min(deadline.remaining, Self.drainInterval)
      let code = unsafe rd_kafka_flush(client.pointer, slice.milliseconds)
      drain()
      try throwDeliveryFailure()
      if code == RD_KAFKA_RESP_ERR_NO_ERROR { return }
    } while !deadline.hasPassed
    throw KafkaError(code: RD_KAFKA_RESP_ERR__TIMED_OUT, isRetriable: true).adding("flush")
  }

  /// Drops every record that is queued or in flight, and forgets delivery failures.
  ///
  /// For a producer that is given up: an idempotent one has gaps in its sequence numbers afterwards.
  package mutating func purge() {
    _ = unsafe rd_kafka_purge(
      client.pointer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
    drain()
    deliveryFailure = nil
  }

  /// Records queued or in flight.
  package var pendingCount: Int { unsafe Int(rd_kafka_outq_len(client.pointer)) }

  /// The next signal, oldest first; does not wait. Poll now and then, or old ones are dropped.
  package mutating func pollSignal() -> ProducerSignal? {
    drain()
    return signals.isEmpty ? nil : signals.removeFirst()
  }

  /// Throws what a record that was produced earlier has met with.
  func throwDeliveryFailure() throws(KafkaError) {
    guard let deliveryFailure else { return }
    throw explained(deliveryFailure)
  }

  /// The cause of a failure, where librdkafka knows one: when a client or transaction fails, all its
  /// records are reported as purged, and calls as made in the wrong state.
  private func explained(_ failure: KafkaError) -> KafkaError {
    if let fatal = client.fatalError { return fatal }
    guard isInTransaction, !isCommitting else { return failure }
    switch rd_kafka_resp_err_t(failure.code) {
    case RD_KAFKA_RESP_ERR__PURGE_QUEUE, RD_KAFKA_RESP_ERR__PURGE_INFLIGHT,
      RD_KAFKA_RESP_ERR__STATE:
      return transactionFailure ?? failure.requiringAbort()
    default:
      return failure.requiringAbort()
    }
  }

  /// Reads all events there are, without waiting.
  mutating func drain() {
    while let event = events.poll(timeout: .zero) {
      switch event.type {
      case RD_KAFKA_EVENT_DR: recordFailures(in: event)
      case RD_KAFKA_EVENT_ERROR: event.error.map { keep(.error(client.resolving($0))) }
      case RD_KAFKA_EVENT_LOG: event.logLine.map { keep(.log($0)) }
      case RD_KAFKA_EVENT_STATS: keep(.statistics(event.statistics))
      default: break
      }
    }
  }

  private mutating func keep(_ signal: ProducerSignal) {
    if signals.count == Self.signalCapacity {
      signals.removeFirst()
      droppedSignalCount += 1
    }
    signals.append(signal)
  }

  private mutating func recordFailures(in event: borrowing Event) {
    while let message = unsafe rd_kafka_event_message_next(event.pointer) {
      let code = unsafe message.pointee.err
      guard code != RD_KAFKA_RESP_ERR_NO_ERROR, deliveryFailure == nil else { continue }
      let topic = unsafe String(cString: rd_kafka_topic_name(message.pointee.rkt))
      deliveryFailure = client.resolving(
        KafkaError(code: code).adding("a record for topic \"\(topic)\" was not delivered"))
    }
  }
}
