import Testing

extension DaemonTests {
  @Suite struct TakeoverTests {
    @Test
    func `instances that take partitions from each other write every result once`() async throws {
      let application = try ShopApplication("takeover")
      var plan = FaultPlan(faults: 6)
      let (a, b, c) = (
        try application.daemon("a"), try application.daemon("b"), try application.daemon("c")
      )
      try await Scene(application, [a, b, c], seed: plan.seed).play { scene in
        try await application.createTopics(with: a)
        try await scene.feeding(rate: 500, limit: 12_000 * plan.faults) {
          try await a.start()
          try await b.start()
          for _ in 0..<(plan.faults / 2) { try await disturb([a, b], &plan, scene) }
          try await c.start()
          try await scene.measureUntilOutputFlows()
          for _ in (plan.faults / 2)..<plan.faults { try await disturb([a, b, c], &plan, scene) }
          try await a.stop()
          scene.note(.stopped)
        }
        try await application.awaitConsumption(patience: patience * 2)
        try await b.stop()
        try await c.stop()
        try await scene.audit()
      }
    }

    /// Ends one of the instances, and starts it again: at once, or so late that the others have taken
    /// over.
    private func disturb(_ daemons: [Daemon], _ plan: inout FaultPlan, _ scene: Scene) async throws
    {
      let daemon = plan.choice(of: daemons)
      try await Task.sleep(for: plan.duration(0...3_000))
      if plan.chance(0.6) {
        try await daemon.kill()
        scene.note(.killed)
      } else {
        try await daemon.stop()
        scene.note(.stopped)
      }
      if plan.chance(0.5) {
        try await Task.sleep(for: ShopApplication.sessionTimeout + plan.duration(0...4_000))
      } else {
        try await Task.sleep(for: plan.duration(0...1_000))
      }
      try await daemon.start()
      if plan.chance(0.5) { try await scene.measureUntilOutputFlows() }
    }
  }
}
