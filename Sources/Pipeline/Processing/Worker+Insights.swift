internal import Insights
internal import Stages

// Partitions of the insights log: restored, installed and given back like those of the journeys log.
extension Worker {
  func restoreInsights(
    of partitions: [LogPartition], _ children: inout Children
  ) throws(PipelineError) {
    guard !partitions.isEmpty, let insights = settings.insights, let changelog = insightsChangelog
    else { return }
    let committed = try source.committed(partitions)
    for partition in partitions {
      let ticket = RestoreTicket()
      restoring[partition] = ticket
      addRestore(to: &children) { [checkpointer] in
        let restored = try await checkpointer.restoreInsights(
          partition, insights, committed: committed[partition], from: changelog, ticket: ticket)
        if let restored { try await self.install(restored, ticket, for: partition) }
      }
    }
  }

  private func install(
    _ restored: InsightsMachine, _ ticket: RestoreTicket, for partition: LogPartition
  ) throws(PipelineError) {
    guard !ticket.isCancelled else { return }
    restoring[partition] = nil
    let range = try source.range(of: partition)
    var machine = restored
    guard machine.nextOffset <= range.upperBound else {
      throw .logShortened(partition, read: machine.nextOffset, end: range.upperBound)
    }
    if machine.nextOffset < range.lowerBound {
      // Without a checkpoint and without commits nothing was ever applied: nothing is missing.
      guard machine.nextOffset == 0, machine.emitsFrom == 0 else {
        throw .logTruncated(
          partition, needed: machine.nextOffset, earliest: range.lowerBound)
      }
      machine = InsightsMachine(
        rules: machine.rules, journeysPartitions: settings.journeysPartitions,
        nextOffset: range.lowerBound)
    }
    insights[partition] = InsightsProcessor(partition: partition, machine: machine, now: .now)
    try source.resume(partition, at: machine.nextOffset)
  }
}
