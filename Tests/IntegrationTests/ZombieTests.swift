import Foundation
import Testing

extension DaemonTests {
  @Suite struct ZombieTests {
    @Test func `a short freeze costs nothing`() async throws {
      try await freeze("freeze", for: .seconds(3))
    }

    @Test
    func `an instance that wakes after others have taken its partitions changes nothing`()
      async throws
    {
      try await freeze("zombie", for: ShopApplication.sessionTimeout + .seconds(4))
    }

    private func freeze(_ name: String, for duration: Duration) async throws {
      let application = try ShopApplication(name)
      let plan = FaultPlan(faults: 2)
      let (a, b) = (try application.daemon("a"), try application.daemon("b"))
      try await Scene(application, [a, b], seed: plan.seed).play { scene in
        try await application.createTopics(with: a)
        try await scene.feeding(rate: 500, limit: 120_000) {
          try await a.start()
          try await b.start()
          try await scene.measureUntilOutputFlows()
          for _ in 0..<plan.faults {
            a.send(SIGSTOP)
            scene.note(.frozen)
            try await Task.sleep(for: duration)
            a.send(SIGCONT)
            try await scene.measureUntilOutputFlows()
          }
        }
        try await application.awaitConsumption(patience: patience * 2)
        try await a.stop()
        try await b.stop()
        try await scene.audit()
      }
    }
  }
}
