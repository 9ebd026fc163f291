import Attribution
import Foundation
import Simulation
import Testing

extension DaemonTests {
  @Suite struct ReplayTests {
    @Test(arguments: [false, true])
    func `replay of the inputs gives the last revisions that the daemon gave`(
      stitches: Bool
    ) async throws {
      let application = try ShopApplication("replay", stitches: stitches)
      let plan = FaultPlan(faults: 0)
      let daemon = try application.daemon("a")
      try await Scene(application, [daemon], seed: plan.seed).play { scene in
        try await application.createTopics(with: daemon)
        let feed = application.feed(seed: plan.seed, rate: 100_000, limit: 6_000)
        try await onThread { try feed.run() }
        try await daemon.start()
        try await application.awaitConsumption()
        try await daemon.stop()
        let live = try await scene.audit()
        let replayed = try await replay(live.inputs, application, daemon)
        let fromLive = try LastRevisions(live.conversions.map { Data($0.value ?? []) })
        let fromReplay = try LastRevisions(replayed)
        #expect(fromLive.conversions.count > 100)
        #expect(fromLive.differences(from: fromReplay) == [])
      }
    }

    /// The lines that `afterclick replay` makes of the records.
    private func replay(
      _ inputs: [TopicRecord], _ application: ShopApplication, _ daemon: Daemon
    ) async throws -> [Data] {
      var lines: [UInt8] = []
      for input in inputs {
        TrafficRecord(key: input.key, value: input.value).appendLine(to: &lines)
      }
      let file = "\(application.folder)/events.ndjson"
      try Data(lines).write(to: URL(fileURLWithPath: file))
      let output = "\(application.folder)/replay"
      let process = try await ProcessLauncher.shared.start(
        Daemon.program,
        [
          "replay", "--config", daemon.configurationPath, "--input",
          "\(application.input)=\(file)", "--output", output,
        ], errors: "\(application.folder)/replay.log")
      #expect(try await process.awaitExit() == .code(0))
      let written = try Data(
        contentsOf: URL(fileURLWithPath: "\(output)/attributed-conversions.ndjson"))
      return written.split(separator: UInt8(ascii: "\n")).map { Data($0) }
    }
  }
}
