import Foundation
import Simulation
import Testing

extension DaemonTests {
  /// What the daemon says of funnels and channels, and what a replay says.
  @Suite struct WatchTests {
    @Test func `kills change nothing of alerts and reports, which are those of a replay`()
      async throws
    {
      // One order of events for everybody: of several partitions each has its own.
      let application = try ShopApplication(
        "watch", stateStore: .rocksdb, watches: true, partitions: 1)
      var plan = FaultPlan(faults: 5)
      let daemon = try application.daemon("a")
      try await Scene(application, [daemon], seed: plan.seed).play { scene in
        try await application.createTopics(with: daemon)
        try await scene.feeding(rate: 2_500, limit: 50_000) {
          try await daemon.start()
          for _ in 0..<plan.faults {
            try await Task.sleep(for: plan.duration(1_500...4_500))
            try await daemon.kill()
            if plan.chance(0.25) { try daemon.wipeState() }
            scene.note(.killed)
            try await daemon.start()
          }
          // The rest comes while nothing goes wrong.
          try await Task.sleep(for: .seconds(8))
        }
        try await application.awaitConsumption()
        try await daemon.stop()
        try await expectReplay(of: scene, application, daemon)
      }
    }

    @Test func `instances that take over the watch from each other say what a replay says`()
      async throws
    {
      let application = try ShopApplication("relieved", watches: true, partitions: 1)
      var plan = FaultPlan(faults: 4)
      let daemons = (try application.daemon("a"), try application.daemon("b"))
      try await Scene(application, [daemons.0, daemons.1], seed: plan.seed).play { scene in
        try await application.createTopics(with: daemons.0)
        try await scene.feeding(rate: 1_500, limit: 50_000) {
          try await daemons.0.start()
          try await daemons.1.start()
          for number in 0..<plan.faults {
            // Of one log, one of them is at work: each of them in turn has to be.
            let daemon = number.isMultiple(of: 2) ? daemons.0 : daemons.1
            try await Task.sleep(for: plan.duration(1_000...3_000))
            if plan.chance(0.5) {
              try await daemon.kill()
              scene.note(.killed)
            } else {
              try await daemon.stop()
              scene.note(.stopped)
            }
            // Long enough for the other to be asked.
            try await Task.sleep(for: ShopApplication.sessionTimeout + .seconds(2))
            try await daemon.start()
          }
        }
        try await application.awaitConsumption(patience: patience * 2)
        try await daemons.0.stop()
        try await daemons.1.stop()
        try await expectReplay(of: scene, application, daemons.0)
      }
    }

    /// What was said is what a replay of the same input says.
    private func expectReplay(
      of scene: Scene, _ application: ShopApplication, _ daemon: Daemon
    ) async throws {
      let live = try await scene.audit()
      let alerts = try await values(of: application.alerts, application)
      let reports = try await values(of: application.reports, application)
      let replayed = try await ReplayedFiles(live.inputs, of: application, by: daemon)

      #expect(alerts == texts(try replayed.lines("funnel-alerts")))
      #expect(
        alerts.contains {
          $0.contains(#""status":"firing""#) && $0.contains(#""device":"mobile""#)
        })
      // A replay ends, and says at its end what the daemon will say by and by.
      let all = texts(try replayed.lines("channel-reports"))
      #expect(reports.count > 500 && all.count >= reports.count)
      #expect(Array(all.prefix(reports.count)) == reports)
    }

    private func values(of topic: String, _ application: ShopApplication) async throws -> [String] {
      try await onThread {
        var reader = try TopicReader(group: application.id)
        let records = try reader.records(of: topic)
        try reader.close()
        return records.map { String(decoding: $0.value ?? [], as: UTF8.self) }
      }
    }

    private func texts(_ lines: [Data]) -> [String] {
      lines.map { String(decoding: $0, as: UTF8.self) }
    }
  }
}
