import Foundation
import Kafka
import Testing

extension DaemonTests {
  /// Weights that the daemon learns, publishes and credits by.
  @Suite struct LearningTests {
    @Test func `kills change nothing of what is learned, and everybody learns it once`()
      async throws
    {
      let application = try ShopApplication(
        "learning", stateStore: .rocksdb, watches: true, learns: true, partitions: 3)
      var plan = FaultPlan(faults: 4)
      let daemon = try application.daemon("a")
      try await Scene(application, [daemon], seed: plan.seed).play { scene in
        try await application.createTopics(with: daemon)
        try await scene.feeding(rate: 2_000, limit: 40_000) {
          try await daemon.start()
          for _ in 0..<plan.faults {
            try await Task.sleep(for: plan.duration(1_500...3_500))
            try await daemon.kill()
            if plan.chance(0.5) { try daemon.wipeState() }
            scene.note(.killed)
            try await daemon.start()
          }
          try await Task.sleep(for: .seconds(8))
        }
        try await application.awaitConsumption()
        try await daemon.stop()
        let published = try await records(of: application.models, application).map { record in
          version(in: record.value ?? [], after: 1)
        }
        // The topic is compacted, but not so soon.
        #expect(published.count > 3 && published == Array(1...published.count))
        let journeys = try await records(of: application.journeys, application)
        for partition in 0..<Int32(application.partitions) {
          let told = journeys.filter { $0.place.partition == partition && $0.value?.first == 32 }
            .map { version(in: $0.value ?? [], after: 3 + "purchase".utf8.count) }
          #expect(told == published, "partition \(partition)")
        }
        let credited = try await records(of: application.conversions, application)
          .compactMap { record in
            String(decoding: record.value ?? [], as: UTF8.self)
              .firstMatch(of: #/"data_driven":{"version":(\d+)/#).flatMap { Int($0.output.1) }
          }
        #expect(Set(credited).isSubset(of: Set(0...published.count)))
        #expect(Set(credited).count > 3, "\(Set(credited))")
      }
    }

    /// The version of weights, which is less than 128 here, in `bytes`.
    private func version(in bytes: [UInt8], after position: Int) -> Int {
      position < bytes.count ? Int(bytes[position]) : 0
    }

    private func records(
      of topic: String, _ application: ShopApplication
    ) async throws -> [TopicRecord] {
      try await onThread {
        var reader = try TopicReader(group: application.id)
        let records = try reader.records(of: topic)
        try reader.close()
        return records
      }
    }
  }
}
