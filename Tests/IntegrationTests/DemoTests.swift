import Foundation
import Testing

extension DaemonTests {
  @Suite struct DemoTests {
    /// The broker inside the process has no transactions, takes seconds for a rebalance, and drops
    /// what is not read soon enough.
    @Test func `the demo on its own broker reads the past, breaks its checkout and hears of it`()
      async throws
    {
      let output = NSTemporaryDirectory() + "/" + uniqueName("afterclick-demo-output")
      let demo = try await ProcessLauncher.shared.start(
        Daemon.program,
        ["demo", "--plain", "--rate", "300", "--speed", "10", "--incident-after", "5s"],
        output: output, errors: output)
      func said() throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: output)), as: UTF8.self)
      }
      do {
        try await wait(for: "the past is read", patience: .seconds(150)) {
          try said().contains("days of history read") ? true : nil
        }
        try await wait(for: "somebody is told", patience: .seconds(120)) {
          try said().contains("● FIRING") ? true : nil
        }
        try await wait(for: "it is over", patience: .seconds(180)) {
          try said().contains("✓ RESOLVED") ? true : nil
        }
        demo.send(SIGINT)
        let exit = try await demo.awaitExit()
        #expect(exit == .code(0))
      } catch {
        demo.send(SIGKILL)
        Issue.record("\(try said().suffix(4_000))")
        throw error
      }
      let text = try said()
      #expect(text.contains("Every model adds up to the same revenue"))
      // Nothing else is wrong, and what is wrong has its right name.
      let alerts = text.split(separator: "\n").filter { $0.contains("FIRING") }
      #expect(alerts.allSatisfy { $0.contains("payment → purchase fell from") }, "\(alerts)")
      let planted = try #require(text.firstRange(of: "planted: checkout breaks on iOS"))
      #expect(!text[..<planted.lowerBound].contains("FIRING"))
      let suspects = text.split(separator: "\n").filter { $0.contains("suspect ") }
      #expect(!suspects.isEmpty)
      #expect(suspects.allSatisfy { $0.contains("suspect os=iOS (") }, "\(suspects)")
      try FileManager.default.removeItem(atPath: output)
    }
  }
}
