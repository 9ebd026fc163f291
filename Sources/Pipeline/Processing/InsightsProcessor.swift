package import Attribution
internal import Formats
package import Insights
package import Stages

/// One partition of the insights log.
package final class InsightsProcessor: PartitionProcessor {
  package let partition: LogPartition
  private var machine: InsightsMachine
  /// Before this there is no other checkpoint: a large state is not written all the time.
  private var nextCheckpoint: ContinuousClock.Instant
  /// What was last seen of the machine, and until when that will do.
  private var lastOverview = InsightsOverview()
  private var nextOverview: ContinuousClock.Instant

  /// Bytes of state for which a checkpoint may be written in a second.
  static let checkpointBytesPerSecond = 1 << 20
  /// How old what is seen of it may be: it takes a look at all that is counted.
  static let overviewInterval: Duration = .seconds(1)

  package init(partition: LogPartition, machine: InsightsMachine, now: ContinuousClock.Instant) {
    self.partition = partition
    self.machine = machine
    nextCheckpoint = now
    nextOverview = now
  }

  package var counters: InsightsCounters { machine.counters }

  /// The next offset of the log to apply.
  package var nextOffset: Int64 { machine.nextOffset }

  /// Records to read again until there is news to say.
  package var replayRemaining: Int64 { max(0, machine.emitsFrom - machine.nextOffset) }

  /// Whether the log is still being read again up to where its outputs were committed.
  package var isReplaying: Bool { replayRemaining > 0 }

  /// What there is to see of it at a glance.
  package func overview(at instant: ContinuousClock.Instant) -> InsightsOverview {
    if instant >= nextOverview {
      lastOverview = machine.overview
      nextOverview = instant + InsightsProcessor.overviewInterval
    }
    return lastOverview
  }

  private var committableOffset: Int64? { isReplaying ? nil : machine.nextOffset }

  package func process(_ batch: any IncomingBatch, now: EventTime) -> Handoff {
    var output = OutgoingRecords()
    batch.forEach { record in step(record, output: &output) }
    var handoff = Handoff(partition: partition, records: output, nextOffset: committableOffset)
    handoff.oldest = batch.firstTimestamp.map { .init(stage: .insights, timestamp: $0) }
    return handoff
  }

  private func step(_ record: IncomingRecord, output: inout OutgoingRecords) {
    // Seeking to a checkpoint may deliver what came before it.
    guard record.offset >= machine.nextOffset else { return }
    do {
      try machine.step(value: record.value, offset: record.offset, output: &output)
    } catch {
      guard record.offset >= machine.emitsFrom else { return }
      let letter = DeadLetter(
        topic: partition.topic, partition: partition.partition, offset: record.offset,
        stage: "insights", code: "malformed_internal_record",
        message: "not a record that this version writes to the insights log")
      output.append(
        to: .deadLetters, key: record.key, value: record.value, headers: letter.headers)
    }
  }

  /// A whole checkpoint, which commits with the offset it is of; `nil` if nothing has changed, or,
  /// unless it is the `last`, if it is too early for so much.
  package func checkpoint(at instant: ContinuousClock.Instant, isLast: Bool = false) -> Handoff? {
    guard machine.needsCheckpoint, isLast || instant >= nextCheckpoint else { return nil }
    var output = OutgoingRecords()
    let size = machine.writeCheckpoint(partition: partition.partition, to: &output)
    nextCheckpoint = instant + .seconds(size / InsightsProcessor.checkpointBytesPerSecond)
    return Handoff(partition: partition, records: output, nextOffset: committableOffset)
  }
}
