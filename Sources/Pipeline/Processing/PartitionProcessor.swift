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

  package init(partition: LogPartition, machine: IntakeMachine) {
    self.partition = partition
    self.machine = machine
  }

  package var counters: IntakeCounters { machine.counters }

  package func process(_ batch: any IncomingBatch, now: EventTime) -> Handoff {
    var output = OutgoingRecords()
    var index = 0
    batch.forEach { record in
      var input = InputRecord(
        value: record.value, key: record.key,
        timestamp: record.timestamp.map { EventTime(milliseconds: $0) })
      if machine.readsHeaders {
        batch.forEachHeader(of: index) {
          input.headers.append(InputHeader(name: $0, value: $1))
        }
      }
      index += 1
      machine.step(
        input, topic: partition.topic, partition: partition.partition, offset: record.offset,
        output: &output)
    }
    return Handoff(partition: partition, records: output, nextOffset: batch.nextOffset)
  }
}
