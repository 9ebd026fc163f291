// Partitions that are read one by one, each when its turn has come.
//
// librdkafka goes on reading ahead of them, up to its limits, which hold for each queue: nothing that
// was fetched is thrown away, as pausing would. A queue of a partition that is kept apart has no
// reference to the records queue, so nothing has to be let go of before that one goes.
extension KafkaConsumer {
  /// How far a partition is on its way out of the records queue.
  enum Separation {
    /// Records that come before those in its own queue may still be on their way.
    case begun
    case complete
  }

  /// Makes records of a partition stay in a queue of their own, from which `pollRecords(of:)` takes
  /// them. What was on its way still comes with `pollRecords(maximum:timeout:)`, and before the rest.
  ///
  /// Nothing happens to a partition that is not assigned.
  package mutating func keepApart(_ partition: TopicPartition) {
    guard positions[partition] != nil, apart[partition] == nil else { return }
    apart[partition] = .begun
    EventQueue.records(of: partition, client: client)?.stopForwarding()
  }

  /// Makes records of a partition come with those of others again, and first what waits in its queue.
  package mutating func rejoin(_ partition: TopicPartition) {
    guard apart.removeValue(forKey: partition) != nil else { return }
    EventQueue.records(of: partition, client: client)?.forward(to: records.queue)
  }

  /// The same as `pollRecords(maximum:timeout:)` of one partition that is kept apart. Returns nothing
  /// until all that was on its way has been returned there.
  package mutating func pollRecords(
    of partition: TopicPartition, maximum: Int, timeout: Duration
  ) -> [Fetched] {
    guard apart[partition] == .complete,
      let queue = EventQueue.records(of: partition, client: client)
    else { return [] }
    return note(records.poll(queue, maximum: maximum, timeout: timeout))
  }

  /// Partitions that are kept apart as soon as the records queue is empty: something has arrived in
  /// their own queue.
  ///
  /// librdkafka may have chosen the records queue before the forwarding ended, and put records there
  /// after. But what arrives in the partition's own queue is put there by the same thread, later.
  func separable() -> [TopicPartition] {
    apart.compactMap { partition, separation in
      guard separation == .begun,
        let queue = EventQueue.records(of: partition, client: client), !queue.isEmpty
      else { return nil }
      return partition
    }
  }

  /// Nothing of these partitions is in the records queue any more.
  mutating func separate(_ partitions: [TopicPartition]) {
    for partition in partitions where apart[partition] != nil { apart[partition] = .complete }
  }

  /// The next offset to be returned of an assigned partition; `nil` as long as it is not known.
  package func nextOffset(of partition: TopicPartition) -> Int64? {
    guard case .offset(let next)? = positions[partition] else { return nil }
    return next
  }
}
