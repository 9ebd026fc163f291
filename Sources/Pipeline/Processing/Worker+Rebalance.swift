internal import Attribution
internal import Logging
internal import Stages

// What a group does to its member. A rebalance stays open until it is answered, so a partition is
// committed and checkpointed before it is given back.
extension Worker {
  func answer(_ signal: SourceSignal, _ children: inout Children) async throws {
    switch signal {
    case .assigned(let partitions):
      meter.count(.assigned)
      try assign(partitions, &children)
      hasAssignment = true
    case .revoked(let partitions, lost: false):
      meter.count(.revoked)
      try await release(partitions, children: &children)
      try source.confirmRevoked(partitions)
    case .revoked(let partitions, lost: true):
      meter.count(.lost)
      // Whatever was in flight may collide with the new owner: nothing of it may commit.
      guard partitions.isEmpty else { throw PipelineError.ownershipLost }
      try source.confirmRevoked(partitions)
    }
  }

  private func assign(
    _ partitions: [LogPartition], _ children: inout Children
  ) throws(PipelineError) {
    let logs = partitions.filter { $0.topic == settings.journeysTopic }
    let insightsLogs = partitions.filter { $0.topic == settings.insights?.topic }
    let inputs = partitions.filter { settings.inputs[$0.topic] != nil }
    try source.confirmAssigned(
      partitions, paused: Set(logs + insightsLogs), held: Set(inputs))
    waiting.add(inputs, at: .now)
    if !partitions.isEmpty {
      logger.info("partitions assigned", metadata: ["partitions": "\(partitions.sorted())"])
    }
    for partition in partitions {
      guard let settings = settings.inputs[partition.topic] else { continue }
      do {
        intake[partition] = IntakeProcessor(
          partition: partition, machine: try IntakeMachine(settings))
      } catch {
        throw .misconfigured(reason: "input \(partition.topic): \(error)")
      }
    }
    try restoreInsights(of: insightsLogs, &children)
    guard !logs.isEmpty else { return }
    let committed = try source.committed(logs)
    for partition in logs {
      let ticket = RestoreTicket()
      restoring[partition] = ticket
      addRestore(to: &children) { [checkpointer] in
        let restored = try await checkpointer.restore(
          partition, committed: committed[partition], ticket: ticket)
        if let restored { try await self.install(restored, ticket, for: partition) }
      }
    }
  }

  private func install(
    _ restored: Checkpointer.Restored, _ ticket: RestoreTicket, for partition: LogPartition
  ) async throws(PipelineError) {
    guard !ticket.isCancelled else {
      // The partition may have come back meanwhile: then its local copy is in use again.
      if restoring[partition] == nil, journeys[partition] == nil {
        await checkpointer.release(partition)
      }
      return
    }
    restoring[partition] = nil
    let range = try source.range(of: partition)
    let earliest = range.lowerBound
    var machine = restored.machine
    guard machine.nextOffset <= range.upperBound else {
      throw .logShortened(partition, read: machine.nextOffset, end: range.upperBound)
    }
    if machine.nextOffset < earliest {
      // Without a checkpoint and without commits nothing was ever applied: nothing is missing.
      guard restored.source == .log, restored.liveFrom == 0 else {
        throw .logTruncated(partition, needed: machine.nextOffset, earliest: earliest)
      }
      machine = JourneyMachine(
        rules: settings.rules, partitions: settings.journeysPartitions, nextOffset: earliest,
        insights: settings.insights?.plan, partition: partition.partition,
        insightsPartitions: settings.journeysPartitions)
    }
    journeys[partition] = JourneysProcessor(partition: partition, machine: machine, now: .now)
    try source.resume(partition, at: machine.nextOffset)
  }

  /// Commits all that was handed over, saves a last checkpoint, and forgets the partitions.
  func release(_ partitions: [LogPartition], children: inout Children) async throws {
    var checkpoints: [Handoff] = []
    let installed = Set(journeys.keys)
    for partition in partitions {
      waiting.remove(partition)
      if let processor = intake.removeValue(forKey: partition) { released.add(processor.counters) }
      restoring.removeValue(forKey: partition)?.cancel()
      if let processor = insights.removeValue(forKey: partition) {
        released.add(processor.counters)
        if let handoff = processor.checkpoint(at: .now, isLast: true) {
          try await committer.submit(handoff)
        }
      }
      guard let processor = journeys.removeValue(forKey: partition) else { continue }
      released.add(processor.counters)
      checkpoints += processor.finalCheckpoint()
    }
    for handoff in checkpoints { try await committer.submit(handoff) }
    try await committer.drain()
    // A slice from before may be in the same transaction: its older journeys must not be copied
    // over those of the last checkpoint.
    while partitions.contains(where: slicesUnderWay.contains) {
      await withCheckedContinuation { copyWaiters.append($0) }
    }
    for handoff in checkpoints { await checkpointer.copy(handoff) }
    for partition in partitions where installed.contains(partition) {
      await checkpointer.release(partition)
    }
    if !partitions.isEmpty {
      logger.info("partitions released", metadata: ["partitions": "\(partitions.sorted())"])
    }
  }
}
