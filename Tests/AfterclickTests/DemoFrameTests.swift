import Testing

@testable import afterclick

@Suite struct DemoFrameTests {
  private static func lines(
    _ snapshot: DemoSnapshot, width: Int = 80, height: Int = 24
  ) -> [String] {
    DemoFrame(snapshot: snapshot, width: width, height: height).lines.map(\.plain)
  }

  @Test(arguments: [1, 10, 40, 79, 80, 81, 110, 160, 300], [1, 3, 10, 24, 27, 50, 120])
  func `a frame has the terminal's height and fits its width`(width: Int, height: Int) {
    for phase in [DemoSnapshot.Phase.joining, .history(0.4), .live, .ending] {
      var snapshot = DemoSnapshot.sample(conversions: 8)
      snapshot.phase = phase
      snapshot.warning = "worker failed; it starts over from its last commit"
      let lines = DemoFrameTests.lines(snapshot, width: width, height: height)
      #expect(lines.count == height)
      #expect(lines.allSatisfy { $0.count <= width })
    }
  }

  @Test func `24 lines of 80 columns show everything that matters`() throws {
    let text = DemoFrameTests.lines(.sample(conversions: 8)).joined(separator: "\n")
    for part in [
      "12:34", "exactly once", "events 200/s", "conversions 498/min", "p50 9.3 p99 31 ms", "lag 3",
      "Channel 0", "FIRST TOUCH", "LAST TOUCH", "LINEAR", "POSITION BASED",
      "Every model adds up to the same revenue: 1,000.00 EUR, 10 orders", "dead letters 0",
    ] {
      #expect(text.contains(part), "\(part)")
    }
    #expect(!text.contains("…"), "\(text)")
  }

  @Test func `before there are results, it says what will come`() {
    var snapshot = DemoSnapshot.sample(conversions: 0, channels: 0)
    snapshot.phase = .joining
    let text = DemoFrameTests.lines(snapshot).joined(separator: "\n")
    #expect(text.contains("14 days of history"))
    #expect(!text.contains("WHO EARNED IT"))
  }

  @Test func `channels that have no room are added up in one line`() throws {
    let table = CreditTable(snapshot: .sample(channels: 20), width: 80, maximumRows: 5)
    let lines = table.lines.map(\.plain)
    #expect(lines.count == 7)
    #expect(lines[5].hasPrefix(" 17 others"))
    #expect(lines[5].contains(" 680 "), "\(lines[5])")
    #expect(lines[6].contains("2,000"))
  }

  @Test func `models that do not add up are not passed over`() {
    var snapshot = DemoSnapshot.sample()
    snapshot.totals[2].cents += 1
    let promise = CreditTable(snapshot: snapshot, width: 120).promise.plain
    #expect(promise.contains("do not add up"))
  }

  @Test(arguments: [(0.0, "    "), (0.5, "██  "), (1.0, "████"), (7.0, "████"), (0.03125, "▏   ")])
  func `a bar is drawn in eighths of a column`(share: Double, bar: String) {
    #expect(CreditTable.bar(share, columns: 4) == bar)
  }
}
