import CRdKafka

extension KafkaConsumer {
  /// Starts to read newly assigned partitions: the answer to `.assigned`, also to an empty one.
  ///
  /// Pass every partition of the signal. Reading starts at once; to hold it back, `pause` right
  /// after: no record can have been returned in between. Those in `apart` are kept apart from the
  /// beginning; see `keepApart`.
  package mutating func confirmAssigned(
    _ starts: [PartitionStart], apart: Set<TopicPartition> = []
  ) throws(KafkaError) {
    let retained = Array(positions.keys)
    try route(starts.map(\.partition), apart: apart)
    let list = TopicPartitionList(starts)
    if isCooperative {
      try unsafe KafkaError.check(
        consuming: rd_kafka_incremental_assign(client.pointer, list.pointer))
      try goOn(with: retained)
    } else {
      positions = [:]
      try KafkaError.check(unsafe rd_kafka_assign(client.pointer, list.pointer), "assignment")
    }
    for start in starts { positions[start.partition] = start.position }
    openRebalance = nil
  }

  /// Gives partitions back: the answer to `.revoked`. Records of theirs that were not polled are
  /// dropped, and none is returned afterwards.
  package mutating func confirmRevoked(_ partitions: [TopicPartition]) throws(KafkaError) {
    for partition in partitions { positions[partition] = nil }
    for partition in partitions { apart[partition] = nil }
    if isCooperative {
      let list = TopicPartitionList(partitions)
      try unsafe KafkaError.check(
        consuming: rd_kafka_incremental_unassign(client.pointer, list.pointer))
      try goOn(with: Array(positions.keys))
    } else {
      positions = [:]
      apart = [:]
      try KafkaError.check(unsafe rd_kafka_assign(client.pointer, nil), "revocation")
    }
    for partition in partitions {
      EventQueue.records(of: partition, client: client)?.stopForwarding()
    }
    openRebalance = nil
  }

  /// Makes partitions that were kept over a rebalance go on exactly after what was returned of them.
  ///
  /// librdkafka pauses them from its own thread when the rebalance begins. If a poll is under way at
  /// that moment, up to 2.0.2 it drops what it has collected and resumes after it: those records
  /// would never be seen. The pause has dropped everything prefetched, so seeking costs no more.
  private mutating func goOn(with partitions: [TopicPartition]) throws(KafkaError) {
    guard !partitions.isEmpty else { return }
    var starts: [PartitionStart] = []
    for partition in partitions {
      if let start = try restart(of: partition) { starts.append(start) }
    }
    guard !starts.isEmpty else { return }
    // Those that cannot be moved yet have not started, so nothing of them can have been dropped.
    _ = try seekOnce(starts, Deadline(after: Self.seekPatience))
  }

  /// Where a kept partition has to be sought; `nil` if it has not begun or may stay where it is.
  private func restart(of partition: TopicPartition) throws(KafkaError) -> PartitionStart? {
    guard let position = positions[partition] else { return nil }
    if case .offset = position { return PartitionStart(partition, position) }
    // Nothing was returned yet. Unless librdkafka has taken something from the queue, all is well.
    let list = TopicPartitionList([partition])
    let code = unsafe rd_kafka_position(client.pointer, list.pointer)
    try KafkaError.check(code, "position of \(partition)")
    guard let taken = list.entries.first, taken.offset >= 0 else { return nil }
    switch position {
    case .offset, .beginning: return PartitionStart(partition, .beginning)
    // Any place is at the end of what there was.
    case .end: return nil
    case .committed:
      let committed = try client.committed([partition], timeout: Self.seekPatience)
      if let offset = committed[partition] { return PartitionStart(partition, .offset(offset)) }
      return startsAtBeginning ? PartitionStart(partition, .beginning) : nil
    }
  }

  /// How long an answer to a rebalance may wait for a seek, which does not involve the network.
  private static let seekPatience: Duration = .seconds(10)

  /// Reads exactly these partitions, without a group. Replaces an earlier assignment; empty stops.
  package mutating func assign(_ starts: [PartitionStart]) throws(KafkaError) {
    let former = Set(positions.keys).subtracting(starts.map(\.partition))
    try route(starts.map(\.partition))
    let list = TopicPartitionList(starts)
    try KafkaError.check(unsafe rd_kafka_assign(client.pointer, list.pointer), "assignment")
    positions = [:]
    for start in starts { positions[start.partition] = start.position }
    for partition in former {
      apart[partition] = nil
      EventQueue.records(of: partition, client: client)?.stopForwarding()
    }
  }

  /// What is assigned now, in order.
  package var assignment: [TopicPartition] { positions.keys.sorted() }

  /// Stops fetching these partitions. What was fetched and not polled is dropped and fetched again
  /// after `resume`, so no record is lost or repeated.
  package func pause(_ partitions: [TopicPartition]) throws(KafkaError) {
    let list = TopicPartitionList(partitions)
    try KafkaError.check(unsafe rd_kafka_pause_partitions(client.pointer, list.pointer), "pause")
    try list.checkEntries("pause")
  }

  /// Continues with the next record that was not polled, or where `seek` said.
  package func resume(_ partitions: [TopicPartition]) throws(KafkaError) {
    let list = TopicPartitionList(partitions)
    try KafkaError.check(unsafe rd_kafka_resume_partitions(client.pointer, list.pointer), "resume")
    try list.checkEntries("resume")
  }

  /// Moves the reading of assigned partitions, paused or not. Blocks up to the timeout.
  ///
  /// A partition whose start is still being looked up cannot be moved yet: it is asked again until
  /// the timeout.
  package mutating func seek(
    _ starts: [PartitionStart], timeout: Duration
  ) throws(KafkaError) {
    guard !starts.isEmpty else { return }
    let deadline = Deadline(after: timeout)
    var unsettled = try seekOnce(starts, deadline)
    while let first = unsettled.first {
      guard !deadline.hasPassed else {
        throw KafkaError(code: RD_KAFKA_RESP_ERR__TIMED_OUT).adding("seek in \(first.partition)")
      }
      client.wait(.milliseconds(5))
      unsettled = try seekOnce(unsettled, deadline)
    }
  }

  /// Returns those that cannot be moved yet.
  private mutating func seekOnce(
    _ starts: [PartitionStart], _ deadline: Deadline
  ) throws(KafkaError) -> [PartitionStart] {
    let list = TopicPartitionList(starts)
    // Up to 2.0.2 the wait is a thousandth of what is asked for.
    let shortening = rd_kafka_version() < 0x0201_0000 ? 1_000 : 1
    let wait = min(deadline.remaining, .seconds(1_000)) * shortening
    try unsafe KafkaError.check(
      consuming: rd_kafka_seek_partitions(
        client.pointer, list.pointer, max(1, wait.milliseconds)))
    var unsettled: [PartitionStart] = []
    for (start, entry) in zip(starts, list.entries) {
      switch entry.error {
      case nil: positions[start.partition] = start.position
      case let error? where error.code == RD_KAFKA_RESP_ERR__STATE.rawValue:
        unsettled.append(start)
      case let error?: throw error.adding("seek in \(start.partition)")
      }
    }
    return unsettled
  }

  /// Answers a rebalance by taking or keeping nothing, for a consumer that is being dropped.
  func giveUp(_ rebalance: OpenRebalance) {
    guard isCooperative else {
      _ = unsafe rd_kafka_assign(client.pointer, nil)
      return
    }
    let list = TopicPartitionList(rebalance == .assignment ? [] : assignment)
    let error =
      switch rebalance {
      case .assignment: unsafe rd_kafka_incremental_assign(client.pointer, list.pointer)
      case .revocation: unsafe rd_kafka_incremental_unassign(client.pointer, list.pointer)
      }
    // Nobody is left who could act on it.
    _ = unsafe KafkaError.result(consuming: error)
  }

  /// Whether the group moves partitions one by one rather than all at once.
  private var isCooperative: Bool {
    guard let name = unsafe rd_kafka_rebalance_protocol(client.pointer) else { return false }
    return unsafe String(cString: name) == "COOPERATIVE"
  }

  /// Sends the partitions' records to our queue, or keeps them in their own. Has to come before they
  /// are assigned, or the first ones would arrive among the signals.
  private mutating func route(
    _ partitions: [TopicPartition], apart kept: Set<TopicPartition> = []
  ) throws(KafkaError) {
    for partition in partitions {
      guard let queue = EventQueue.records(of: partition, client: client) else {
        throw KafkaError(code: RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION).adding("\(partition)")
      }
      if kept.contains(partition) {
        queue.stopForwarding()
        // Whatever an earlier assignment has left in our queue is void.
        apart[partition] = .complete
      } else {
        queue.forward(to: records.queue)
        apart[partition] = nil
      }
    }
  }
}
