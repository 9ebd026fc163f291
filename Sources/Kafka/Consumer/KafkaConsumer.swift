import CRdKafka
import Synchronization

/// Reads records, as a member of a group or from partitions chosen by hand.
///
/// Owned by one actor with a thread of its own: polls and most other calls block. The two polls are
/// independent: `pollSignal` for rebalances, errors and logs, `pollRecords` for records; either
/// counts as activity for `max.poll.interval.ms`. While a rebalance waits for its answer, librdkafka
/// pauses every partition, so answer soon.
///
/// To end, call `beginClose`, answer signals until `isClosed`, then drop the value. Dropping without
/// closing is safe but leaves the group to find out by itself.
package struct KafkaConsumer: ~Copyable {
  let client: ClientHandle
  var records: RecordsQueue
  private let signals: EventQueue
  /// What is assigned now and what is next to be returned of it: where reading starts, until the
  /// first record has been returned. Records of other partitions are dropped: some may still be on
  /// their way when a partition is given back.
  var positions: [TopicPartition: PartitionStart.Position] = [:]
  /// Assigned partitions whose records stay in their own queues; see `keepApart`.
  var apart: [TopicPartition: Separation] = [:]
  /// The rebalance that has been reported and not been answered yet.
  var openRebalance: OpenRebalance?
  private var isClosing = false
  /// Whether a partition without a committed offset is read from its beginning.
  let startsAtBeginning: Bool

  /// Which answer librdkafka waits for.
  enum OpenRebalance { case assignment, revocation }

  /// How a consumer comes by its partitions.
  package enum Membership: Sendable {
    /// `subscribe`, with rebalances; `group.id` has to be configured.
    case group
    /// `assign` by hand, no group: what restores state from a changelog.
    case manual
  }

  /// Connects in the background; an unreachable broker shows up as a signal, not here.
  ///
  /// Offsets are never committed or stored by librdkafka itself, whatever the configuration says.
  package init(
    _ configuration: KafkaConfiguration, membership: Membership = .group
  ) throws(KafkaError) {
    var configuration = configuration
    configuration["enable.auto.commit"] = "false"
    configuration["enable.auto.offset.store"] = "false"
    // Otherwise log lines go to standard error from librdkafka's threads.
    configuration["log.queue"] = "true"
    if membership == .manual, configuration["group.id"] == nil {
      // librdkafka does not let a consumer without a group assign partitions; nothing joins it.
      configuration["group.id"] = "manual-assignment"
    }
    let events =
      RD_KAFKA_EVENT_REBALANCE | RD_KAFKA_EVENT_OFFSET_COMMIT | RD_KAFKA_EVENT_ERROR
      | RD_KAFKA_EVENT_LOG | RD_KAFKA_EVENT_STATS
    let conf = try ClientConfiguration(configuration, events: events)
    let client = try ClientHandle(RD_KAFKA_CONSUMER, conf)
    signals = try Self.routeSignals(of: client)
    records = RecordsQueue(for: client)
    startsAtBeginning = ["earliest", "beginning", "smallest"].contains(
      configuration["auto.offset.reset"] ?? "largest")
    self.client = client
  }

  deinit {
    // A client with an unanswered rebalance cannot be destroyed: it would wait for the answer.
    if let openRebalance { giveUp(openRebalance) }
    while let event = signals.poll(timeout: .zero) {
      if event.type == RD_KAFKA_EVENT_REBALANCE { giveUp(OpenRebalance(event)) }
    }
    // Partition queues hold references to the records queue: let go of it before it goes.
    for partition in positions.keys {
      EventQueue.records(of: partition, client: client)?.stopForwarding()
    }
  }

  /// A queue to which everything but records is sent.
  private static func routeSignals(of client: ClientHandle) throws(KafkaError) -> EventQueue {
    let signals = EventQueue(for: client)
    EventQueue.main(of: client).forward(to: signals)
    guard let group = unsafe rd_kafka_queue_get_consumer(client.pointer) else {
      throw KafkaError(
        code: RD_KAFKA_RESP_ERR__UNKNOWN_GROUP, message: "Kafka property \"group.id\" is not set")
    }
    unsafe EventQueue(owning: group, of: client).forward(to: signals)
    let code = unsafe rd_kafka_set_log_queue(client.pointer, signals.pointer)
    try KafkaError.check(code, "log queue")
    return signals
  }

  /// The thread-safe part, for other actors.
  package var handle: ConsumerHandle { ConsumerHandle(client: client) }

  /// Joins the group for these topics, or for those that match where a name starts with "^".
  /// Replaces an earlier subscription. Does not wait: the assignment arrives as a signal.
  package func subscribe(_ topics: [String]) throws(KafkaError) {
    let list = TopicPartitionList(
      topics.map { TopicPartition($0, Int32(RD_KAFKA_PARTITION_UA)) })
    let code = unsafe rd_kafka_subscribe(client.pointer, list.pointer)
    try KafkaError.check(code, "subscription to \(topics.joined(separator: ", "))")
    let isAffected = rd_kafka_version() < Self.firstVersionThatDestroysUnassigned
    client.mustNotBeDestroyed.store(isAffected, ordering: .releasing)
  }

  /// 2.3.0; see `ClientHandle.mustNotBeDestroyed`.
  private static let firstVersionThatDestroysUnassigned: Int32 = 0x0203_0000

  /// The next signal; waits up to the timeout and returns `nil` if there is none.
  package mutating func pollSignal(timeout: Duration) -> ConsumerSignal? {
    guard let event = signals.poll(timeout: timeout) else { return nil }
    switch event.type {
    case RD_KAFKA_EVENT_REBALANCE: return rebalance(event)
    case RD_KAFKA_EVENT_ERROR: return event.error.map { .error(client.resolving($0)) }
    case RD_KAFKA_EVENT_LOG: return event.logLine.map { .log($0) }
    case RD_KAFKA_EVENT_STATS: return .statistics(event.statistics)
    case RD_KAFKA_EVENT_OFFSET_COMMIT: return .offsetsCommitted(event.error)
    default: return nil
    }
  }

  private mutating func rebalance(_ event: borrowing Event) -> ConsumerSignal {
    client.mustNotBeDestroyed.store(false, ordering: .releasing)
    let rebalance = OpenRebalance(event)
    openRebalance = rebalance
    switch rebalance {
    case .assignment: return .assigned(event.partitions)
    case .revocation:
      let isLost = unsafe rd_kafka_assignment_lost(client.pointer) != 0
      return .revoked(event.partitions, lost: isLost)
    }
  }

  /// Whether a rebalance has been reported and not been answered yet.
  package var isRebalancing: Bool { openRebalance != nil }

  /// Up to `maximum` records and what happened between them; waits up to the timeout for the first.
  ///
  /// One batch per partition, unless the end of the partition or an error lies between two. Records
  /// are counted from where the partition was assigned or sought: none is left out, none comes
  /// twice, until the partition is revoked.
  package mutating func pollRecords(maximum: Int, timeout: Duration) -> [Fetched] {
    let separable = separable()
    let fetched = note(records.poll(maximum: maximum, timeout: timeout))
    if records.isDrained { separate(separable) }
    return fetched
  }

  /// What is wanted of `runs`, as returned from now on.
  mutating func note(_ runs: consuming PolledRuns) -> [Fetched] {
    let fetched = runs.fetched { partition in
      switch positions[partition] {
      case nil: nil
      case .offset(let next)?: next
      case .beginning?, .end?, .committed?: 0
      }
    }
    for case .records(let batch) in fetched {
      positions[batch.partition] = .offset(batch.nextOffset)
    }
    return fetched
  }

  /// Starts to leave the group.
  ///
  /// A last revocation may follow as a signal and has to be answered: poll signals until `isClosed`.
  /// Commit before: where an assignment arrives at the same moment, librdkafka 2.0 leaves the group
  /// without waiting for the answer to that revocation, and a commit comes too late then.
  /// After a fatal error there is nothing to close and this throws it; then just drop the value.
  package mutating func beginClose() throws(KafkaError) {
    guard !isClosing else { return }
    isClosing = true
    try unsafe KafkaError.check(
      consuming: rd_kafka_consumer_close_queue(client.pointer, signals.pointer))
  }

  /// Whether the group has been left and the value may be dropped.
  package var isClosed: Bool { unsafe rd_kafka_consumer_closed(client.pointer) != 0 }

  /// Closes and confirms every revocation at once, also one that was reported and not answered: for
  /// consumers without a group and for callers that have committed already, or will not any more.
  /// Signals other than revocations are dropped. Blocks; throws a time-out after the timeout.
  package mutating func close(timeout: Duration) throws(KafkaError) {
    let deadline = Deadline(after: timeout)
    // librdkafka does not report it again, and waits for the answer before it closes.
    switch openRebalance {
    case .assignment?: try confirmAssigned([])
    case .revocation?: try confirmRevoked(Array(positions.keys))
    case nil: break
    }
    try beginClose()
    while !isClosed {
      guard !deadline.hasPassed else {
        throw KafkaError(code: RD_KAFKA_RESP_ERR__TIMED_OUT, message: "closing the consumer")
      }
      switch pollSignal(timeout: min(deadline.remaining, .milliseconds(100))) {
      case .assigned: try confirmAssigned([])
      case .revoked(let partitions, _): try confirmRevoked(partitions)
      default: continue
      }
    }
  }
}

extension KafkaConsumer.OpenRebalance {
  init(_ event: borrowing Event) {
    // Anything else is a revocation, as librdkafka asks: its own failures included.
    self =
      event.errorCode == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS ? .assignment : .revocation
  }
}
