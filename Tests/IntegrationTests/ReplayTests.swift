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
        let replayed = try await ReplayedFiles(live.inputs, of: application, by: daemon)
        let fromLive = try LastRevisions(live.conversions.map { Data($0.value ?? []) })
        let fromReplay = try LastRevisions(replayed.lines("attributed-conversions"))
        #expect(fromLive.conversions.count > 100)
        #expect(fromLive.differences(from: fromReplay) == [])
      }
    }
  }
}
