import Operations
import Pipeline
import Testing

@Suite struct ServiceStateTests {
  private let now = SampleFigures.now

  @Test func `the service has begun once, when brokers answer or are known not to`() {
    var state = ServiceState()
    var figures = PipelineFigures()
    #expect(
      state.lines(figures, isWatched: false, at: now) == ["STATUS=the daemon is starting"])
    figures.phase = .preparing(obstacle: "no\nbrokers\r\n.")
    #expect(
      state.lines(figures, isWatched: false, at: now) == ["READY=1", "STATUS=no brokers ."])
    #expect(state.lines(figures, isWatched: false, at: now) == [])
    #expect(
      state.lines(SampleFigures.running(), isWatched: true, at: now)
        == ["WATCHDOG=1", "STATUS=working on 0 partitions"])
    #expect(state.lines(SampleFigures.running(), isWatched: true, at: now) == ["WATCHDOG=1"])
  }

  @Test func `a daemon that is stuck gives no sign of life`() {
    var state = ServiceState()
    let lines = state.lines(
      SampleFigures.running(), isWatched: true, at: now + HealthReport.longestSilence + .seconds(1))
    #expect(!lines.contains("WATCHDOG=1"))
  }

  @Test func `the end is said once`() {
    var state = ServiceState()
    var figures = SampleFigures.running()
    figures.phase = .stopping
    #expect(state.lines(figures, isWatched: true, at: now).first == "STOPPING=1")
    #expect(state.lines(figures, isWatched: true, at: now) == ["WATCHDOG=1"])
  }

  @Test func `a status is short, whatever the reason`() {
    var state = ServiceState()
    var figures = PipelineFigures()
    figures.phase = .preparing(obstacle: String(repeating: "ä", count: 1_000))
    let status = state.lines(figures, isWatched: false, at: now).last ?? ""
    #expect(status.utf8.count == "STATUS=".utf8.count + ServiceState.maximumStatus)
  }
}
