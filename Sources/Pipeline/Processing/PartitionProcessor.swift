package import Attribution
internal import Formats
package import Stages

/// Feeds one partition's machine and hands over what it says. Owned by one worker.
package protocol PartitionProcessor: AnyObject {
  var partition: LogPartition { get }

  /// Steps the machine through `batch`; what is to be committed for it.
  ///
  /// `now` is the clock's time, for what is emitted with it.
  func process(_ batch: any IncomingBatch, now: EventTime) -> Handoff
}

/// One partition of an input topic.
package final class IntakeProcessor: PartitionProcessor {
  package let partition: LogPartition
  private var machine: IntakeMachine
  /// The offset after the last record that was processed; `nil` before the first.
  package private(set) var nextOffset: Int64?

  package init(partition: LogPartition, machine: IntakeMachine) {
    self.partition = partition
    self.machine = machine
  }

  package var counters: IntakeCounters { machine.counters }

  package func process(_ batch: any IncomingBatch, now: EventTime) -> Handoff {
    var output = OutgoingRecords()
    var index = 0
    var headers: [InputHeader] = []
    batch.forEach { record in
      if machine.readsHeaders {
        headers.removeAll(keepingCapacity: true)
        batch.forEachHeader(of: index) { headers.append(InputHeader(name: $0, value: $1)) }
      }
      index += 1
      headers.withUnsafeBufferPointer { headers in
        let input = InputRecord(
          value: record.value, key: record.key,
          timestamp: record.timestamp.map { EventTime(milliseconds: $0) }, headers: headers)
        machine.step(
          input, topic: partition.topic, partition: partition.partition, offset: record.offset,
          output: &output)
      }
    }
    nextOffset = batch.nextOffset
    var handoff = Handoff(partition: partition, records: output, nextOffset: batch.nextOffset)
    handoff.oldest = batch.firstTimestamp.map { .init(stage: .intake, timestamp: $0) }
    return handoff
  }
  /// What Insights has to know of all that was processed since the last call; `nil` if nothing. It
  /// has to commit with what it is about.
  package func takeFacts() -> Handoff? {
    var output = OutgoingRecords()
    machine.takeFacts(to: &output)
    guard !output.isEmpty else { return nil }
    return Handoff(partition: partition, records: output, nextOffset: nextOffset)
  }
}
