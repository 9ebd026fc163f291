package import Attribution
internal import Formats
package import Logging
package import Stages

/// Restores journeys from their last checkpoint, and keeps the local copies of checkpoints.
///
/// It has a thread of its own, because it reads topics and disks; other partitions go on while one
/// is restored.
package actor Checkpointer {
  /// Restored state, and how it came about.
  package struct Restored: Sendable {
    package let machine: JourneyMachine
    /// The log has to be read again from the machine's next offset up to this one.
    package let liveFrom: Int64
    package let source: Source

    package enum Source: String, Sendable {
      /// From the local copy.
      case local
      /// From the changelog topic.
      case changelog
      /// There is no checkpoint: from the log's beginning.
      case log
    }
  }

  private let executor = ThreadExecutor(name: "checkpointer")
  private let rules: RuleSet
  let journeysPartitions: Int
  private let insights: InsightsSettings?
  private let changelog: any ChangelogReader
  private let provider: (any JourneyStoreProvider)?
  private var stores: [LogPartition: any JourneyStore] = [:]
  /// Partitions of the changelog that held nothing when the first local copy was read.
  private var emptyChangelogs: Set<Int32>?
  /// Local copies in whose files there are traces of what was erased.
  private var unwiped: Set<LogPartition> = []
  private var nextWipe: [LogPartition: ContinuousClock.Instant] = [:]
  private let logger: Logger

  /// A wipe rewrites the whole copy, so many erasures share one.
  private static let wipeInterval: Duration = .seconds(300)

  /// A local copy that is further behind than this is not worth replaying from: the changelog is
  /// read instead.
  package static let maximumLocalReplay: Int64 = 2_000_000

  package nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  package init(
    rules: RuleSet, journeysPartitions: Int, insights: InsightsSettings? = nil,
    changelog: any ChangelogReader,
    provider: (any JourneyStoreProvider)?,
    logger: Logger
  ) {
    self.rules = rules
    self.journeysPartitions = journeysPartitions
    self.insights = insights
    self.changelog = changelog
    self.provider = provider
    self.logger = logger
  }

  /// The machine of `partition` as of its last checkpoint; `nil` once `ticket` is cancelled.
  /// `committed` is the next input offset of the group: outputs before it have been emitted.
  package func restore(
    _ partition: LogPartition, committed: Int64?, ticket: RestoreTicket
  ) throws(PipelineError) -> Restored? {
    let liveFrom = committed ?? 0
    let clock = ContinuousClock()
    let start = clock.now
    var restored: Restored?
    do {
      restored = try restoreLocally(partition, liveFrom: liveFrom, ticket)
      if restored == nil, !ticket.isCancelled {
        restored = try restoreFromChangelog(partition, liveFrom: liveFrom, ticket)
      }
    } catch {
      guard ticket.isCancelled else { throw error }
    }
    guard !ticket.isCancelled else {
      release(partition)
      return nil
    }
    let result =
      restored
      ?? Restored(
        machine: emptyMachine(of: partition, liveFrom: liveFrom),
        liveFrom: liveFrom, source: .log)
    logger.info(
      "restored journeys",
      metadata: [
        "partition": "\(partition)", "from": "\(result.source.rawValue)",
        "journeys": "\(result.machine.journeyCount)",
        "replays": "\(max(0, liveFrom - result.machine.nextOffset))",
        "took": "\(clock.now - start)",
      ])
    return result
  }

  func noteRestored(
    _ partition: LogPartition, hasCheckpoint: Bool, replays: Int64, took: Duration
  ) {
    logger.info(
      "restored insights",
      metadata: [
        "partition": "\(partition)", "from": hasCheckpoint ? "changelog" : "log",
        "replays": "\(replays)", "took": "\(took)",
      ])
  }

  private func emptyMachine(of partition: LogPartition, liveFrom: Int64) -> JourneyMachine {
    JourneyMachine(
      rules: rules, partitions: journeysPartitions, emitsFrom: liveFrom,
      insights: insights?.plan, partition: partition.partition,
      insightsPartitions: journeysPartitions)
  }

  private func restoreLocally(
    _ partition: LogPartition, liveFrom: Int64, _ ticket: RestoreTicket
  ) throws(PipelineError) -> Restored? {
    guard provider != nil else { return nil }
    do {
      if let restored = try readLocalCopy(partition, liveFrom: liveFrom, ticket) {
        return try hasLostChangelog(partition) ? rewriting(restored, of: partition) : restored
      }
    } catch {
      if ticket.isCancelled { return nil }
      // A copy that cannot be read is worth nothing; the changelog has it all.
      guard case .corruptState = error else { throw error }
      logger.warning(
        "local state cannot be read and is thrown away; restoring from the changelog",
        metadata: ["partition": "\(partition)", "reason": "\(error)"])
    }
    try discardStore(partition)
    return nil
  }

  /// A local copy has what the changelog had. Where that has nothing, it was deleted.
  private func hasLostChangelog(_ partition: LogPartition) throws(PipelineError) -> Bool {
    if let emptyChangelogs { return emptyChangelogs.contains(partition.partition) }
    let empty = try changelog.emptyPartitions(of: journeysPartitions)
    emptyChangelogs = empty
    return empty.contains(partition.partition)
  }

  /// The same with everything to be written with the next checkpoint: otherwise the changelog would
  /// only get what changes from now on, and look complete.
  private func rewriting(_ restored: Restored, of partition: LogPartition) -> Restored {
    logger.warning(
      "the changelog has lost its checkpoints and is written anew from the local copy",
      metadata: ["partition": "\(partition)"])
    var machine = restored.machine
    machine.noteAllChanged()
    return Restored(machine: machine, liveFrom: restored.liveFrom, source: restored.source)
  }

  /// `nil` if there is no complete copy, or one that is no use.
  private func readLocalCopy(
    _ partition: LogPartition, liveFrom: Int64, _ ticket: RestoreTicket
  ) throws(PipelineError) -> Restored? {
    guard let store = try openStore(partition), let marker = try store.marker(),
      marker.resumeOffset <= liveFrom,
      liveFrom - marker.resumeOffset <= Checkpointer.maximumLocalReplay
    else { return nil }
    var machine = emptyMachine(of: partition, liveFrom: liveFrom)
    try store.forEachJourney { (key, value) throws(PipelineError) in
      if ticket.isCancelled { throw .ownershipLost }
      ticket.countRecord()
      try Checkpointer.restore(key, value, into: &machine, of: partition)
    }
    machine.finishRestore(at: marker)
    return Restored(machine: machine, liveFrom: liveFrom, source: .local)
  }

  private func restoreFromChangelog(
    _ partition: LogPartition, liveFrom: Int64, _ ticket: RestoreTicket
  ) throws(PipelineError) -> Restored? {
    var machine = emptyMachine(of: partition, liveFrom: liveFrom)
    var marker: CheckpointMarker?
    var copied: [(key: [UInt8], value: [UInt8]?)] = []
    let store = try openStore(partition)
    let count = try changelog.read(partition: partition.partition) {
      (key, value) throws(PipelineError) in
      if ticket.isCancelled { throw .ownershipLost }
      ticket.countRecord()
      if key.elementsEqual(CheckpointMarker.key), let value {
        // Not copied yet: an old marker without all that was written before the last one would
        // make a copy that is cut off here look complete.
        marker = try Checkpointer.marker(value, of: partition)
        return
      }
      try Checkpointer.restore(key, value, into: &machine, of: partition)
      guard let store else { return }
      copied.append((Array(key), value.map { Array($0) }))
      if copied.count >= 1_000 {
        try store.apply(copied)
        copied.removeAll(keepingCapacity: true)
      }
    }
    if let marker { copied.append((CheckpointMarker.key, marker.bytes)) }
    if let store { try store.apply(copied) }
    guard count > 0 else { return nil }
    machine.finishRestore(at: marker)
    return Restored(machine: machine, liveFrom: liveFrom, source: .changelog)
  }

  private static func restore(
    _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?,
    into machine: inout JourneyMachine, of partition: LogPartition
  ) throws(PipelineError) {
    do {
      try machine.restore(key: JourneyKey(key), value: value)
    } catch {
      throw .corruptState(
        partition, reason: "a journey that this version cannot read: damaged, or of a newer version"
      )
    }
  }

  private static func marker(
    _ value: UnsafeRawBufferPointer, of partition: LogPartition
  ) throws(PipelineError) -> CheckpointMarker {
    do {
      return try CheckpointMarker(value)
    } catch {
      throw .corruptState(partition, reason: "a checkpoint marker that this version does not write")
    }
  }

  /// Copies a committed slice of a checkpoint into the local store.
  ///
  /// A store that fails is thrown away: it is only a copy, and the changelog has it all.
  ///
  /// After an erasure the store is wiped, though not twice within `wipeInterval`: then the next slice
  /// after it, or the end, does it for all.
  package func copy(_ slice: Handoff) {
    let partition = slice.partition
    guard let store = stores[partition] else { return }
    var records: [(key: [UInt8], value: [UInt8]?)] = []
    records.reserveCapacity(slice.records.count)
    slice.records.forEach { record, key, value in
      guard record.destination == .changelog, let key else { return }
      records.append((Array(key), value.map { Array($0) }))
    }
    do {
      try store.apply(records)
      if slice.endsErasure { unwiped.insert(partition) }
      if nextWipe[partition].map({ $0 <= .now }) ?? true { try wipe(partition) }
    } catch {
      logger.warning(
        "local state cannot be written and is given up until the next restore",
        metadata: ["partition": "\(partition)", "reason": "\(error)"])
      giveUpStore(of: partition)
    }
  }

  private func giveUpStore(of partition: LogPartition) {
    do {
      try discardStore(partition)
    } catch {
      // It stays behind as it is: an older but complete copy, which a restore can judge.
      logger.warning("local state stays behind", metadata: ["reason": "\(error)"])
    }
  }

  private func wipe(_ partition: LogPartition) throws(PipelineError) {
    guard unwiped.remove(partition) != nil else { return }
    try stores[partition]?.wipe()
    nextWipe[partition] = .now + Checkpointer.wipeInterval
  }

  /// Closes the local copy of a partition that is given back.
  package func release(_ partition: LogPartition) {
    do {
      try wipe(partition)
    } catch {
      logger.warning(
        "local state still has traces of what was erased; delete its directory",
        metadata: ["partition": "\(partition)", "reason": "\(error)"])
    }
    nextWipe[partition] = nil
    stores.removeValue(forKey: partition)?.close()
  }

  /// Closes every local copy.
  package func close() {
    for partition in stores.keys { release(partition) }
  }

  private func openStore(_ partition: LogPartition) throws(PipelineError) -> (any JourneyStore)? {
    guard let provider else { return nil }
    if let store = stores[partition] { return store }
    let store = try provider.open(partition)
    stores[partition] = store
    return store
  }

  private func discardStore(_ partition: LogPartition) throws(PipelineError) {
    unwiped.remove(partition)
    release(partition)
    try provider?.discard(partition)
  }
}
