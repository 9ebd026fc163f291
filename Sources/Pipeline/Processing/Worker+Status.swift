// What a worker says of itself.
extension Worker {
  package func status() -> WorkerStatus {
    var partitions: [WorkerStatus.Partition] = []
    for (partition, ticket) in restoring {
      var status = WorkerStatus.Partition(partition)
      status.isRestoring = true
      status.restoredRecords = ticket.recordCount
      partitions.append(status)
    }
    let ahead = waiting.ahead
    for (partition, processor) in intake {
      var status = WorkerStatus.Partition(partition)
      status.intake = processor.counters
      status.isAhead = ahead.contains(partition)
      status.lag = lag(of: partition, from: processor.nextOffset)
      partitions.append(status)
    }
    for (partition, processor) in journeys {
      var status = WorkerStatus.Partition(partition)
      status.journeys = processor.counters
      status.journeyCount = processor.journeyCount
      status.journeyBytes = processor.journeyBytes
      status.replayRemaining = processor.replayRemaining
      status.lag = lag(of: partition, from: processor.nextOffset)
      partitions.append(status)
    }
    for (partition, processor) in insights {
      var status = WorkerStatus.Partition(partition)
      status.insights = processor.counters
      status.overview = processor.overview(at: .now)
      status.replayRemaining = processor.replayRemaining
      status.lag = lag(of: partition, from: processor.nextOffset)
      partitions.append(status)
    }
    return WorkerStatus(
      hasAssignment: hasAssignment,
      partitions: partitions.sorted { $0.partition < $1.partition }, released: released)
  }

  /// Records between `offset` and the end of the log as it was last heard of.
  private func lag(of partition: LogPartition, from offset: Int64?) -> Int64? {
    guard let offset, let end = source.knownEnd(of: partition) else { return nil }
    return max(0, end - offset)
  }
}
