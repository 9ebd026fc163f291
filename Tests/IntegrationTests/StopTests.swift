import Foundation
import Testing

extension DaemonTests {
  @Suite struct StopTests {
    @Test func `SIGTERM under load commits what was read and ends within seconds`() async throws {
      let application = try ShopApplication("stop")
      let plan = FaultPlan(faults: 0)
      let daemon = try application.daemon("a")
      try await Scene(application, [daemon], seed: plan.seed).play { scene in
        try await application.createTopics(with: daemon)
        try await scene.feeding(rate: 1_000, limit: 60_000) {
          for _ in 0..<3 {
            try await daemon.start()
            try await scene.measureUntilOutputFlows()
            try await daemon.stop(patience: .seconds(10))
            scene.note(.stopped)
          }
        }
        try await daemon.start()
        try await application.awaitConsumption()
        try await daemon.stop(patience: .seconds(10))
        try await scene.audit()
      }
    }

    @Test func `SIGTERM during the start ends it in order`() async throws {
      let application = try ShopApplication("stop-early")
      var plan = FaultPlan(faults: 6)
      let daemon = try application.daemon("a")
      try await Scene(application, [daemon], seed: plan.seed).play { scene in
        try await application.createTopics(with: daemon)
        try await scene.feeding(rate: 500, limit: 60_000) {
          for _ in 0..<plan.faults {
            try await daemon.start()
            // Before it listens to signals they end it as they end any program.
            try await wait(for: "it listens") {
              try daemon.currentLog().contains("running") ? true : nil
            }
            try await Task.sleep(for: plan.duration(0...800))
            try await daemon.stop(patience: .seconds(10))
            scene.note(.stopped)
          }
          try await daemon.start()
          try await scene.measureUntilOutputFlows()
        }
        try await application.awaitConsumption()
        try await daemon.stop(patience: .seconds(10))
        try await scene.audit()
      }
    }
  }
}
