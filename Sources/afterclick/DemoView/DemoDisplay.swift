/// Shows the demo while it runs: a screen on a terminal, lines elsewhere.
struct DemoDisplay {
  let monitor: DemoMonitor
  let isPlain: Bool
  private let screen = DemoScreen(isColored: Terminal.isColored)

  /// Five frames a second are fluent enough for numbers.
  private static let frame: Duration = .milliseconds(200)
  /// Between two blocks of totals among plain lines.
  private static let totalsInterval: Duration = .seconds(10)
  private static let plainColumns = 120

  init(monitor: DemoMonitor, isPlain: Bool) {
    self.monitor = monitor
    self.isPlain = isPlain
  }

  func open() {
    if !isPlain { screen.open() }
  }

  /// May be called twice.
  func close() {
    if !isPlain { screen.close() }
  }

  /// Goes on until cancelled.
  func run() async throws {
    if isPlain {
      try await printLines()
    } else {
      while true {
        let snapshot = await monitor.snapshot()
        screen.draw { width, height in
          DemoFrame(snapshot: snapshot, width: width, height: height).lines
        }
        try await Task.sleep(for: DemoDisplay.frame)
      }
    }
  }

  private func printLines() async throws {
    let first = await monitor.snapshot()
    Terminal.print([
      StyledText(
        "Afterclick demo: a simulated shop, \(NumberText.rate(first.facts.rate)) events/s"),
      StyledText("\(first.facts.broker); \(first.facts.guarantee)"),
    ])
    if let page = first.facts.page {
      Terminal.print([StyledText("In a browser on this machine: \(page)")])
    }
    if let command = first.facts.lookingOn {
      Terminal.print([StyledText("To look on from another terminal: \(command)")])
    }
    var next = ContinuousClock.now + DemoDisplay.totalsInterval
    var isLive = false
    while true {
      let snapshot = await monitor.snapshot()
      if snapshot.phase == .live, !isLive {
        isLive = true
        let (events, conversions) = (snapshot.counters.records, snapshot.conversions)
        Terminal.print([
          StyledText(
            "\(snapshot.facts.historyDays) days of history read after"
              + " \(NumberText.tenths(snapshot.elapsed.inSeconds)) s:"
              + " \(NumberText.grouped(events)) events,"
              + " \(NumberText.grouped(conversions)) conversions. From now on as it happens,"
              + " at \(AlertLines.speed(snapshot.facts)):")
        ])
      }
      Terminal.print(
        await monitor.takeUnprinted().flatMap {
          DemoSummary.lines($0, width: DemoDisplay.plainColumns)
        })
      if ContinuousClock.now >= next {
        next += DemoDisplay.totalsInterval
        Terminal.print(DemoSummary(snapshot: snapshot, width: DemoDisplay.plainColumns).totals)
      }
      try await Task.sleep(for: DemoDisplay.frame)
    }
  }
}
