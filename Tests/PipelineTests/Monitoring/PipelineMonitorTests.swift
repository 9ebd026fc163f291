import Attribution
import Pipeline
import Stages
import Testing

@Suite struct PipelineMonitorTests {
  private func status(records: Int, restoring: Bool = false) -> WorkerStatus {
    var counters = IntakeCounters()
    counters.records = records
    var partition = WorkerStatus.Partition(LogPartition("events", 0))
    partition.intake = counters
    partition.isRestoring = restoring
    return WorkerStatus(hasAssignment: true, partitions: [partition])
  }

  @Test func `counters go on over the lives of a worker`() {
    let monitor = PipelineMonitor()
    let meter = WorkerMeter(monitor, worker: 0)
    meter.report(status(records: 5), at: .now)
    #expect(monitor.figures.totals.intake.records == 5)
    // What it counted after its last report is not lost, and what it reported not counted twice.
    monitor.ended(0, status(records: 7))
    #expect(monitor.figures.totals.intake.records == 7)
    monitor.failed(0, with: .ownershipLost)
    #expect(monitor.figures.workers[0]?.status == nil)
    meter.report(status(records: 2), at: .now)
    WorkerMeter(monitor, worker: 1).report(status(records: 30), at: .now)
    #expect(monitor.figures.totals.intake.records == 39)
    #expect(monitor.figures.partitions.count == 2)
    #expect(monitor.figures.restarts == ["ownership_lost": 1])
  }

  @Test func `a commit is counted once, with what was in it and how long it took`() {
    let monitor = PipelineMonitor()
    let meter = WorkerMeter(monitor, worker: 0)
    let start = ContinuousClock.now
    meter.report(status(records: 1), at: start)
    meter.beginCommit(at: start)
    #expect(monitor.figures.workers[0]?.committingSince == start)
    var records = OutgoingRecords()
    records.append(to: .conversions, key: [1], value: [2, 3])
    records.append(to: .deadLetters, key: [1], value: nil)
    var answered = Handoff(
      partition: LogPartition("events", 0), records: records, nextOffset: 1)
    answered.oldest = .init(
      stage: .intake, timestamp: WallClock.now.milliseconds - 7_000)
    // A replay commits nothing that anybody waits for.
    var replayed = answered
    replayed.nextOffset = nil
    meter.committed(
      [answered, replayed], accepted: [start - .seconds(2), start], from: start,
      to: start + .milliseconds(20))
    let figures = monitor.figures
    #expect(figures.workers[0]?.committingSince == nil)
    #expect(figures.committedRecords[.conversions] == 2)
    #expect(figures.committedRecords[.deadLetters] == 2)
    #expect(figures.committedRecords[.journeys] == 0)
    #expect(figures.committedBytes == 8)
    #expect(figures.transactionLatency.count == 1)
    #expect(figures.transactionLatency.sum == 0.02)
    #expect(abs(figures.commitLatency.sum - 2.04) < 1e-9)
    let latency = figures.recordLatency[.intake]
    #expect(latency?.count == 1)
    #expect((7..<60).contains(latency?.sum ?? 0))
  }

  @Test(arguments: [
    (-1.0, 0), (0, 0), (0.001, 0), (0.0011, 1), (3_600, 16), (3_601, 17),
  ])
  func `a bucket holds what is at most its bound`(seconds: Double, bucket: Int) {
    var histogram = LatencyHistogram()
    histogram.record(seconds: seconds)
    #expect(histogram.counts.firstIndex(of: 1) == bucket)
    #expect(histogram.count == 1)
    #expect(histogram.sum == max(0, seconds))
  }
}
