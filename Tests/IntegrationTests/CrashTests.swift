import Foundation
import Testing

extension DaemonTests {
  @Suite struct CrashTests {
    @Test func `a daemon that is killed again and again writes every result once`() async throws {
      let application = try ShopApplication("crash", stateStore: .rocksdb)
      var plan = FaultPlan(faults: 12)
      let daemon = try application.daemon("a")
      try await Scene(application, [daemon], seed: plan.seed).play { scene in
        try await application.createTopics(with: daemon)
        try await scene.feeding(rate: 700, limit: 8_000 * plan.faults) {
          try await daemon.start()
          for _ in 0..<plan.faults { try await crash(daemon, application, &plan, scene) }
        }
        try await application.awaitConsumption()
        try await daemon.stop()
        let outcome = try await scene.audit()
        #expect(revisions(of: outcome, saying: #""reason":"adjusted""#) > 10)
        #expect(revisions(of: outcome, saying: #""status":"retracted""#) > 5)
      }
    }

    @Test func `kills lose and repeat nothing of what moves from devices to people`()
      async throws
    {
      let application = try ShopApplication("moves", stateStore: .rocksdb, stitches: true)
      var plan = FaultPlan(faults: 8)
      let daemon = try application.daemon("a")
      try await Scene(application, [daemon], seed: plan.seed).play { scene in
        try await application.createTopics(with: daemon)
        try await scene.feeding(rate: 700, limit: 8_000 * plan.faults) {
          try await daemon.start()
          for _ in 0..<plan.faults { try await crash(daemon, application, &plan, scene) }
        }
        try await application.awaitConsumption()
        try await daemon.stop()
        let outcome = try await scene.audit()
        // What it is about has happened: conversions were emitted again for somebody else.
        #expect(revisions(of: outcome, saying: "identity_merge") > 10)
      }
    }

    private func revisions(of outcome: ShopOutcome, saying text: String) -> Int {
      outcome.conversions.count { String(decoding: $0.value ?? [], as: UTF8.self).contains(text) }
    }

    /// One life after another: sometimes cut off while it starts, otherwise after it has written
    /// something. Checkpoints are a second apart, so that kills hit them too.
    private func crash(
      _ daemon: Daemon, _ application: ShopApplication, _ plan: inout FaultPlan, _ scene: Scene
    ) async throws {
      if plan.chance(0.35) {
        try await Task.sleep(for: plan.duration(0...1_000))
      } else {
        try await scene.measureUntilOutputFlows()
        try await Task.sleep(for: plan.duration(0...1_500))
      }
      try await daemon.kill()
      if plan.chance(0.25) { try daemon.wipeState() }
      scene.note(.killed)
      try await daemon.start()
    }
  }
}
