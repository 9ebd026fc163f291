/// Where a worker's records come from: one member of a consumer group, owned by one worker.
///
/// Calls block the caller's thread; that is what the worker's thread is for. Everything that a
/// group does to a member arrives as a value from `nextSignal`.
package protocol RecordSource: AnyObject {
  /// What happened since the last call; `nil` if nothing did. Does not wait.
  func nextSignal() throws(PipelineError) -> SourceSignal?

  /// Records of the partitions that are assigned and neither paused nor held, in offset order per
  /// partition. Waits up to `timeout` for the first.
  ///
  /// Throws where the log has no such records any more.
  func poll(maximum: Int, timeout: Duration) throws(PipelineError) -> [any IncomingBatch]

  /// Accepts an assignment: reading starts at the committed offsets, else where the configuration
  /// says. Where records were deleted before they were read, that is logged as an error, and reading
  /// starts with those that are left; a log that has become shorter is thrown. Partitions in `paused`
  /// deliver nothing until `resume`; those in `held` are held from the beginning.
  func confirmAssigned(
    _ partitions: [LogPartition], paused: Set<LogPartition>, held: Set<LogPartition>
  ) throws(PipelineError)

  /// Gives partitions back. Their outputs and offsets must have been committed.
  func confirmRevoked(_ partitions: [LogPartition]) throws(PipelineError)

  /// Starts to deliver a paused partition, from `offset` on.
  func resume(_ partition: LogPartition, at offset: Int64) throws(PipelineError)

  /// Keeps what comes of a partition from now on until `take` asks for it. What was on its way still
  /// comes with `poll`. The source goes on reading ahead, up to its limits.
  func hold(_ partition: LogPartition)

  /// Ends a hold: what was kept, and what comes, comes with `poll`.
  func release(_ partition: LogPartition)

  /// The next records of a partition that is held; throws where `poll` would. Waits up to `timeout`
  /// for the first.
  func take(
    from partition: LogPartition, maximum: Int, timeout: Duration
  ) throws(PipelineError) -> [any IncomingBatch]

  /// How many offsets the log is known to have after the last record that was delivered of a
  /// partition; `nil` as long as nobody has told. Does not wait.
  func remaining(of partition: LogPartition) -> Int64?

  /// The committed next offset of each partition that has one.
  func committed(_ partitions: [LogPartition]) throws(PipelineError) -> [LogPartition: Int64]

  /// The offsets that the log has now.
  func range(of partition: LogPartition) throws(PipelineError) -> Range<Int64>

  /// The offset after the last record, as far as brokers have told without being asked; `nil` as
  /// long as they have not. Does not wait.
  func knownEnd(of partition: LogPartition) -> Int64?

  /// Leaves the group. Revocations on the way out are confirmed; commit before.
  func close() throws(PipelineError)
}

/// What the group did to a member.
package enum SourceSignal: Hashable, Sendable {
  /// These partitions are ours after `confirmAssigned`.
  case assigned([LogPartition])
  /// These partitions have to be released with `confirmRevoked`; if they are `lost`, somebody else
  /// may own them already and nothing of them may be committed.
  case revoked([LogPartition], lost: Bool)
}

/// Records of one partition, in offset order.
package protocol IncomingBatch {
  var partition: LogPartition { get }
  var count: Int { get }
  /// The offset after the last record.
  var nextOffset: Int64 { get }
  /// When the log got the first record, in milliseconds since 1970.
  var firstTimestamp: Int64? { get }
  /// The same of the last record.
  var lastTimestamp: Int64? { get }

  /// How many records come before the first one that is later than `time`, in milliseconds since
  /// 1970. One without a time is not later.
  func count(until time: Int64) -> Int

  /// The first records, and all the others; either part has at least one.
  func split(after count: Int) -> (any IncomingBatch, any IncomingBatch)

  /// Calls `body` with every record; its pointers are valid during the call.
  func forEach(_ body: (IncomingRecord) -> Void)

  /// Calls `body` with the name and the value of every header of the record at `index` of those that
  /// `forEach` goes through; pointers are valid as long as the record's.
  func forEachHeader(
    of index: Int, _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer?) -> Void)
}

extension IncomingBatch {
  /// Batches that do not come from a log have no headers.
  package func forEachHeader(
    of index: Int, _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer?) -> Void
  ) {}
}

/// A record as it lies in the log.
@usableFromInline
package struct IncomingRecord {
  @usableFromInline package let offset: Int64
  /// When the log got it, in milliseconds since 1970.
  @usableFromInline package let timestamp: Int64?
  @usableFromInline package let key: UnsafeRawBufferPointer?
  /// `nil` is a tombstone.
  @usableFromInline package let value: UnsafeRawBufferPointer?

  @inlinable
  package init(
    offset: Int64, timestamp: Int64?, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?
  ) {
    self.offset = offset
    self.timestamp = timestamp
    self.key = key
    self.value = value
  }
}
