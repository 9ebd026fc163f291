internal import Attribution
internal import Insights
package import Stages

// The Insights stage keeps no local copy: its state is small beside journeys, and its changelog holds
// it once.
extension Checkpointer {
  /// The Insights machine of `partition` as of its last checkpoint; `nil` once `ticket` is cancelled.
  /// `committed` is the next input offset of the group: outputs before it have been emitted.
  package func restoreInsights(
    _ partition: LogPartition, _ settings: InsightsSettings, committed: Int64?,
    from changelog: any ChangelogReader, ticket: RestoreTicket
  ) throws(PipelineError) -> InsightsMachine? {
    let clock = ContinuousClock()
    let start = clock.now
    var records = InsightsChangelog()
    do throws(PipelineError) {
      _ = try changelog.read(partition: partition.partition) {
        (key, value) throws(PipelineError) in
        if ticket.isCancelled { throw .ownershipLost }
        records.add(key: key, value: value)
      }
    } catch {
      guard ticket.isCancelled else { throw error }
    }
    guard !ticket.isCancelled else { return nil }
    var machine = InsightsMachine(
      rules: settings.plan.rules, journeysPartitions: journeysPartitions,
      emitsFrom: committed ?? 0)
    do throws(ByteReader.Malformed) {
      try machine.restore(from: records)
    } catch {
      throw .corruptState(
        partition,
        reason: "a checkpoint that this version cannot read: damaged, or of a newer version")
    }
    noteRestored(
      partition, hasCheckpoint: records.hasCheckpoint,
      replays: max(0, (committed ?? 0) - machine.nextOffset), took: clock.now - start)
    return machine
  }
}
