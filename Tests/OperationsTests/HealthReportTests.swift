import Operations
import Pipeline
import Testing

@Suite struct HealthReportTests {
  private func health(_ figures: PipelineFigures, after time: Duration = .zero) -> HealthReport {
    HealthReport(figures, at: SampleFigures.now + time)
  }

  @Test func `a worker with its partitions is ready`() {
    let health = health(
      SampleFigures.running([
        SampleFigures.partition("events", 0), SampleFigures.partition("app.journeys", 0),
      ]))
    #expect(health.isReady && health.isAlive)
  }

  @Test func `a worker whom the group gave nothing is ready too`() {
    #expect(health(SampleFigures.running()).isReady)
  }

  @Test func `the daemon is not ready before it runs and when it stops`() {
    var figures = SampleFigures.running()
    figures.phase = .preparing(obstacle: nil)
    #expect(health(figures).obstacles == ["the daemon is starting"])
    figures.phase = .preparing(obstacle: "no brokers")
    #expect(health(figures).obstacles == ["no brokers"])
    figures.phase = .stopping
    #expect(health(figures).obstacles == ["the daemon is stopping"])
    #expect(health(figures, after: .seconds(10_000)).isAlive)
  }

  @Test func `every worker has to be at work`() {
    var figures = SampleFigures.running()
    figures.expectedWorkers = 3
    figures.workers[1] = .init(at: SampleFigures.now)
    figures.workers[1]?.lastFailure = "fenced"
    #expect(
      health(figures).obstacles == ["worker 1 starts over: fenced", "worker 2 is starting"])
    // Brokers may be away for a day: starting the process again would not bring them back.
    #expect(health(figures, after: .seconds(10)).isAlive)
  }

  @Test func `a worker without an answer of the group is not ready`() {
    var figures = SampleFigures.running()
    figures.workers[0]?.status?.hasAssignment = false
    #expect(
      health(figures).obstacles == ["worker 0 waits for the group to assign partitions"])
  }

  @Test func `restores and replays are named, but not all of them`() {
    let restoring = (0..<7).map { number in
      SampleFigures.partition("j", number) { $0.isRestoring = true }
    }
    let replaying = SampleFigures.partition("j", 9) { $0.replayRemaining = 30 }
    #expect(
      health(SampleFigures.running(restoring + [replaying])).obstacles == [
        "worker 0 restores j/0, j/1, j/2, j/3, j/4 and 2 others",
        "worker 0 reads 30 records of j/9 again",
      ])
  }

  @Test func `a transaction that takes too long is an obstacle, not a death`() {
    var figures = SampleFigures.running()
    figures.workers[0]?.committingSince = SampleFigures.now
    figures.workers[0]?.reportedAt = SampleFigures.now + .seconds(20)
    #expect(health(figures, after: .seconds(15)).isReady)
    let late = health(figures, after: .seconds(20))
    #expect(late.obstacles == ["worker 0 has been committing for 20 s"])
    #expect(late.isAlive)
  }

  @Test func `silence is an obstacle, and in the end death`() {
    let figures = SampleFigures.running()
    #expect(health(figures, after: .seconds(15)).isReady)
    let quiet = health(figures, after: .seconds(16))
    #expect(quiet.obstacles == ["worker 0 has said nothing for 16 s"])
    #expect(quiet.isAlive)
    let dead = health(figures, after: .seconds(181))
    #expect(dead.failures == ["worker 0 has said nothing for 181 s"])
  }
}
