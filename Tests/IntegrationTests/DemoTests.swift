import Foundation
import Testing

extension DaemonTests {
  @Suite struct DemoTests {
    /// The broker inside the process has no transactions, takes seconds for a rebalance, and drops
    /// what is not read soon enough.
    @Test func `the demo on its own broker reads the past and goes on with the present`()
      async throws
    {
      let output = NSTemporaryDirectory() + "/" + uniqueName("afterclick-demo-output")
      let demo = try await ProcessLauncher.shared.start(
        Daemon.program, ["demo", "--plain"], output: output, errors: output)
      func said() throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: output)), as: UTF8.self)
      }
      do {
        try await wait(for: "the past is read", patience: .seconds(150)) {
          try said().contains("days of history read") ? true : nil
        }
        demo.send(SIGINT)
        let exit = try await demo.awaitExit()
        #expect(exit == .code(0))
      } catch {
        demo.send(SIGKILL)
        Issue.record("\(try said().suffix(4_000))")
        throw error
      }
      #expect(try said().contains("Every model adds up to the same revenue"))
      try FileManager.default.removeItem(atPath: output)
    }
  }
}
