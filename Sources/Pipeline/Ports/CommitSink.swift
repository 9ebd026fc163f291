package import Stages

/// What a partition hands over to be committed: everything it publishes up to an input offset.
package struct Handoff: Sendable {
  package var partition: LogPartition
  package var records: OutgoingRecords
  /// The next input offset once `records` are committed; `nil` if no input was consumed.
  package var nextOffset: Int64?
  /// Whether `records` end a checkpoint before which something of somebody was erased.
  package var endsErasure = false
  /// The oldest record of the batch that this is the answer to; `nil` if it answers none.
  package var oldest: Oldest?

  /// Which kind of log a record was read from.
  package enum Stage: String, CaseIterable, Sendable {
    case intake, journeys, insights
  }

  /// What latency is measured from.
  package struct Oldest: Hashable, Sendable {
    package var stage: Stage
    /// When the log got the record, in milliseconds since 1970.
    package var timestamp: Int64

    package init(stage: Stage, timestamp: Int64) {
      self.stage = stage
      self.timestamp = timestamp
    }
  }

  package init(partition: LogPartition, records: OutgoingRecords, nextOffset: Int64?) {
    self.partition = partition
    self.records = records
    self.nextOffset = nextOffset
  }
}

/// Publishes handoffs and their input offsets as one: all of it becomes visible, or nothing.
package protocol CommitSink: Actor {
  /// Commits `handoffs` in their order. After an error nothing of them counts, and the sink must
  /// not be used again.
  func commit(_ handoffs: [Handoff]) async throws(PipelineError)

  /// Lets go of the log.
  func close() async
}

/// Reads a compacted topic that holds checkpoints.
package protocol ChangelogReader: Sendable {
  /// Calls `body` with every committed record of one partition, from the earliest to the end as it
  /// is now. Blocks the calling thread. Returns how many records there were.
  func read(
    partition: Int32,
    _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?)
      throws(PipelineError) -> Void
  ) throws(PipelineError) -> Int

  /// Those of the first `count` partitions that hold nothing at all. Blocks the calling thread.
  func emptyPartitions(of count: Int) throws(PipelineError) -> Set<Int32>
}

/// Opens what one worker needs of the outside world.
package protocol Transport: Sendable {
  /// A source that has subscribed to every input and to the internal logs, and the sink whose
  /// commits go with it. Blocks until older transactions of this instance are settled.
  func open(worker: Int) throws(PipelineError) -> (any RecordSource, any CommitSink)

  var changelog: any ChangelogReader { get }

  /// Checkpoints of the Insights stage; `nil` if there is no such stage.
  var insightsChangelog: (any ChangelogReader)? { get }
}
