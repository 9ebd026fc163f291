import ArgumentParser
import Testing

@testable import afterclick

@Suite struct ArgumentTests {
  @Test(arguments: [
    ["--rate", "0"], ["--rate", "x"], ["--rate", "-5"], ["--count", "0", "--output", "-"],
    ["--duration", "5"], ["--duration", "0s"], ["--late-share", "1.5"], ["--people", "0"],
    ["--start", "yesterday"], ["--output", "events.ndjson"], ["--fast"],
    ["--topic", "a", "--output", "-"], ["--seed", "-1"],
  ])
  func `simulate refuses what makes no sense`(arguments: [String]) {
    #expect(throws: (any Error).self) { try SimulateCommand.parse(arguments) }
  }

  @Test(arguments: [
    [], ["--rate", "0.5", "--duration", "90s"], ["--output", "-"], ["--fast", "--count", "1"],
    ["--output", "f", "--duration", "1h", "--start", "2026-03-02T00:00:00Z"],
    ["--output", "f", "--realtime"],
  ])
  func `simulate takes what makes sense`(arguments: [String]) throws {
    _ = try SimulateCommand.parse(arguments)
  }

  @Test(arguments: [
    ["--rate", "0"], ["--rate", "5001"], ["--duration", "-1s"], ["--application", "a b"],
    ["--application", ""], ["--seed", "x"],
  ])
  func `demo refuses what makes no sense`(arguments: [String]) {
    #expect(throws: (any Error).self) { try DemoCommand.parse(arguments) }
  }
}
