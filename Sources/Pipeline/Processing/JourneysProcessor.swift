package import Attribution
internal import Formats
package import Stages

/// One partition of the journeys log.
package final class JourneysProcessor: PartitionProcessor {
  package let partition: LogPartition
  private var machine: JourneyMachine
  private var json = JSONWriter()
  /// When the last record came, and stream time by then; what ticks count from.
  private var lastRecord: ContinuousClock.Instant
  /// Erasures that the last complete checkpoint has, and those of the one under way.
  private var erased = (written: 0, begun: 0)

  /// Journeys written to the changelog with one batch.
  static let checkpointSlice = 1_000
  /// Reminders looked at after one batch, so that expiry never comes in a storm.
  static let expirySlice = 1_000

  package init(partition: LogPartition, machine: JourneyMachine, now: ContinuousClock.Instant) {
    self.partition = partition
    self.machine = machine
    lastRecord = now
  }

  package var counters: JourneyCounters { machine.counters }
  package var journeyCount: Int { machine.journeyCount }
  package var journeyBytes: Int { machine.journeyBytes }
  package var isCheckpointing: Bool { machine.isCheckpointing }
  package var changedCount: Int { machine.changedCount }

  package func process(_ batch: any IncomingBatch, now: EventTime) -> Handoff {
    var output = OutgoingRecords()
    batch.forEach { record in step(record, now: now, output: &output) }
    machine.takeFacts(to: &output)
    machine.expire(limit: JourneysProcessor.expirySlice)
    lastRecord = .now
    var handoff = Handoff(partition: partition, records: output, nextOffset: committableOffset)
    handoff.oldest = batch.firstTimestamp.map { .init(stage: .journeys, timestamp: $0) }
    return handoff
  }

  /// The next offset of the log to apply.
  package var nextOffset: Int64 { machine.nextOffset }

  /// Records to read again until there is news to say.
  package var replayRemaining: Int64 { max(0, machine.emitsFrom - machine.nextOffset) }

  /// Whether the log is still being read again up to where its outputs were committed.
  package var isReplaying: Bool { replayRemaining > 0 }

  /// Goes with everything that is handed over, also where no input was consumed: sending offsets is
  /// what shuts out a member that has lost the partition without knowing.
  private var committableOffset: Int64? { isReplaying ? nil : machine.nextOffset }

  private func step(_ record: IncomingRecord, now: EventTime, output: inout OutgoingRecords) {
    // Seeking to a checkpoint may deliver what came before it.
    guard record.offset >= machine.nextOffset else { return }
    do {
      let conversions = try machine.step(
        key: record.key, value: record.value, offset: record.offset, output: &output)
      for conversion in conversions { emit(conversion, now: now, to: &output) }
    } catch {
      guard record.offset >= machine.emitsFrom else { return }
      let letter = DeadLetter(
        topic: partition.topic, partition: partition.partition, offset: record.offset,
        stage: "journeys", code: "malformed_internal_record",
        message: "not a record that this version writes to the journeys log")
      output.append(
        to: .deadLetters, key: record.key, value: record.value, headers: letter.headers)
    }
  }

  private func emit(
    _ conversion: AttributedConversion, now: EventTime, to output: inout OutgoingRecords
  ) {
    json.removeAll()
    conversion.write(emittedAt: now, to: &json)
    output.append(to: .conversions, key: Array(conversion.id.utf8), value: json.bytes)
  }

  package func beginCheckpoint() {
    erased.begun = machine.forgettingCount
    machine.beginCheckpoint()
  }

  /// The next slice of the checkpoint under way, as a handoff of its own.
  package func checkpointSlice(limit: Int = JourneysProcessor.checkpointSlice) -> Handoff {
    var output = OutgoingRecords()
    machine.writeCheckpointSlice(limit: limit, partition: partition.partition, to: &output)
    var slice = Handoff(partition: partition, records: output, nextOffset: committableOffset)
    if !machine.isCheckpointing {
      slice.endsErasure = erased.begun > erased.written
      erased.written = erased.begun
    }
    return slice
  }

  /// Everything that a restore would otherwise have to replay: the rest of a checkpoint under way,
  /// and a last one. Nothing if nothing has changed, or if there is still something to replay.
  package func finalCheckpoint() -> [Handoff] {
    var handoffs: [Handoff] = []
    guard !isReplaying else { return [] }
    while machine.isCheckpointing { handoffs.append(checkpointSlice()) }
    guard machine.changedCount > 0 else { return handoffs }
    beginCheckpoint()
    while machine.isCheckpointing { handoffs.append(checkpointSlice()) }
    return handoffs
  }

  /// A tick for the partition's own log if it has been quiet for `interval` and anybody waits.
  ///
  /// Stream time then moves as fast as the clock. Counting from the last event, and not from the
  /// clock's time of day, is what keeps a backlog of old events from expiring under its own feet.
  package func tick(
    after interval: Duration, at instant: ContinuousClock.Instant
  ) -> Handoff? {
    let quiet = instant - lastRecord
    guard quiet >= interval, machine.awaitsTime, !isReplaying else { return nil }
    lastRecord = instant
    let milliseconds =
      quiet.components.seconds * 1_000
      + quiet.components.attoseconds / 1_000_000_000_000_000
    let time = machine.streamTime + TimeSpan(milliseconds: milliseconds)
    var output = OutgoingRecords()
    let bytes = JourneyLogRecord.bytes(ofTick: time)
    bytes.withUnsafeBytes {
      output.append(to: .journeys, partition: partition.partition, key: nil, value: $0)
    }
    return Handoff(partition: partition, records: output, nextOffset: committableOffset)
  }
}
