import CRdKafka

extension KafkaProducer {
  /// Registers the `transactional.id`: fences every older producer with it, and ends what they left
  /// open. Once, before the first transaction. Blocks up to the timeout.
  package mutating func initTransactions(timeout: Duration) throws(KafkaError) {
    try retry(until: Deadline(after: timeout), "registering the transactional id") {
      client, remaining in
      unsafe KafkaError.result(consuming: rd_kafka_init_transactions(client.pointer, remaining))
    }
  }

  /// Opens a transaction: what is produced from now on belongs to it. Does not wait for the network.
  package mutating func beginTransaction() throws(KafkaError) {
    do {
      try unsafe KafkaError.check(consuming: rd_kafka_begin_transaction(client.pointer))
    } catch {
      throw client.resolving(error.adding("beginning a transaction"))
    }
    isInTransaction = true
  }

  /// Adds input offsets to the transaction: they are committed with it or not at all.
  ///
  /// The broker refuses them, with an error that requires an abort, from a member whose generation
  /// has passed. Blocks up to the timeout.
  package mutating func sendOffsets(
    _ offsets: [TopicPartitionOffset], of group: ConsumerGroupMetadata, timeout: Duration
  ) throws(KafkaError) {
    guard !offsets.isEmpty else { return }
    drain()
    try throwDeliveryFailure()
    try retry(until: Deadline(after: timeout), "sending offsets to the transaction") {
      client, remaining in
      let list = TopicPartitionList(offsets)
      return unsafe KafkaError.result(
        consuming: rd_kafka_send_offsets_to_transaction(
          client.pointer, list.pointer, group.pointer, remaining))
    }
  }

  /// Delivers what is queued and commits. Blocks up to the timeout.
  ///
  /// After an error that requires an abort, call `abortTransaction`: nothing was committed. After a
  /// time-out the outcome is not known and the same call may be repeated.
  package mutating func commitTransaction(timeout: Duration) throws(KafkaError) {
    let deadline = Deadline(after: timeout)
    // First deliver everything: the wait inside librdkafka's commit is not interrupted by failed
    // deliveries, which only `drain` takes from the queue.
    if !isCommitting { try flush(timeout: timeout) }
    isCommitting = true
    try retry(until: deadline, "committing a transaction") { client, remaining in
      unsafe KafkaError.result(consuming: rd_kafka_commit_transaction(client.pointer, remaining))
    }
    isInTransaction = false
    isCommitting = false
  }

  /// Gives the transaction up: its records and offsets are never seen by `read_committed` readers.
  /// Forgets delivery failures, whose records were part of it. Blocks up to the timeout.
  ///
  /// After a broker refused a record for good, the next transaction may fail as well, with an error
  /// about sequence numbers: only then does librdkafka take a new epoch. Abort that one too.
  package mutating func abortTransaction(timeout: Duration) throws(KafkaError) {
    let deadline = Deadline(after: timeout)
    // librdkafka drops queued records itself, reports each as failed, and waits until somebody has
    // read the reports: so call in slices, the first a short one, and read in between. Purging here
    // instead would leave a gap in the sequence numbers that fails the next transaction.
    defer { deliveryFailure = nil }
    try retry(until: deadline, firstSlice: .milliseconds(10), "aborting a transaction") {
      client, remaining in
      unsafe KafkaError.result(consuming: rd_kafka_abort_transaction(client.pointer, remaining))
    }
    isInTransaction = false
    isCommitting = false
  }

  /// Why the transaction in progress has failed; asked only after something in it did.
  ///
  /// There is no other way to ask than to commit. It cannot succeed: librdkafka does not commit a
  /// transaction that has failed or has lost a record.
  var transactionFailure: KafkaError? {
    unsafe KafkaError.result(consuming: rd_kafka_commit_transaction(client.pointer, 0))
  }

  /// Calls until it succeeds, fails for good, or the deadline passes.
  ///
  /// librdkafka's transaction calls go on in the background after a time-out and expect to be called
  /// again, which is why a slice may be shorter than the whole wait. Each is twice the one before.
  private mutating func retry(
    until deadline: Deadline, firstSlice: Duration = .seconds(10), _ context: String,
    _ call: (ClientHandle, Int32) -> KafkaError?
  ) throws(KafkaError) {
    var slice = firstSlice
    while true {
      let wait = max(.milliseconds(1), min(deadline.remaining, slice))
      guard let failure = call(client, wait.milliseconds) else { return }
      let error = client.resolving(failure)
      drain()
      guard error.isRetriable, !deadline.hasPassed else { throw error.adding(context) }
      slice = min(slice * 2, .seconds(10))
      // A retriable error that comes back at once must not become a busy loop.
      if !error.isTimeout { client.wait(.milliseconds(5)) }
    }
  }
}
