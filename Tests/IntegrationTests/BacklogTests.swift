import Attribution
import Foundation
import Kafka
import Simulation
import Testing

extension DaemonTests {
  /// A long history in inputs of very different size, which were filled before the daemon came.
  @Suite struct BacklogTests {
    @Test(arguments: [0, 3])
    func `inputs of different size are read in step, so nothing comes late`(
      kills: Int
    ) async throws {
      var application = try ShopApplication("backlog", stateStore: .rocksdb, watches: true)
      application.splitsOrders = true
      let daemon = try application.daemon("a")
      var plan = FaultPlan(faults: kills)
      let records = history()
      try await Scene(application, [daemon], seed: plan.seed).play { [application] scene in
        try await onThread { try store(records, in: application) }
        try await application.createTopics(with: daemon)
        try await daemon.start()
        for _ in 0..<kills {
          try await scene.measureUntilOutputFlows()
          try await Task.sleep(for: plan.duration(0...300))
          try await daemon.kill()
          scene.note(.killed)
          try await daemon.start()
        }
        try await application.awaitConsumption(patience: patience * 2)
        try await expectPunctuality(daemon)
        try await daemon.stop()
        let conversions = try await lines(of: application.conversions, application)
        let files = try await ReplayedFiles(records, of: application, by: daemon)
        let replayed = try LastRevisions(files.lines("attributed-conversions"))
        let differences = try LastRevisions(conversions).differences(from: replayed)
        #expect(replayed.conversions.count > 300 && differences == [])
        let revisions = conversions.compactMap(revision)
        #expect(revisions.count == conversions.count && Set(revisions).count == revisions.count)
        let alerts = try await lines(of: application.alerts, application)
        #expect(alerts.map { String(decoding: $0, as: UTF8.self) } == [])
      }
    }

    private static let days = 20

    /// Three weeks of a shop, merged by time; nobody is late.
    private func history() -> [TrafficRecord] {
      var settings = ShopTrafficSettings()
      settings.people = 4_000
      settings.eventsPerSecond = 40_000 / Double(BacklogTests.days * 24 * 3_600)
      // Of this seed, a replay raises no alert.
      var traffic = ShopTraffic(settings, generator: SeededGenerator(seed: 3))
      return (0..<40_000).compactMap { _ in traffic.next() }
    }

    /// Stores orders in one partition of their own, and of the rest ten times as much in the first
    /// partition as in each other, under the time of what they report.
    private func store(_ records: [TrafficRecord], in application: ShopApplication) throws {
      let admin = try KafkaAdmin(["bootstrap.servers": TestBroker.bootstrapServers])
      let topics = [
        NewTopic(
          application.input, partitions: application.partitions,
          configuration: ["retention.ms": "-1"]),
        NewTopic(application.orders, partitions: 1, configuration: ["retention.ms": "-1"]),
      ]
      for (name, result) in try admin.createTopics(topics, timeout: patience) {
        if case .failed(let error) = result { Issue.record("\(name): \(error)") }
      }
      var producer = try KafkaProducer(["bootstrap.servers": TestBroker.bootstrapServers])
      let events = try producer.topic(application.input)
      let orders = try producer.topic(application.orders)
      var choices = SeededGenerator(seed: 8)
      for record in records {
        let isOrder = String(decoding: record.value ?? [], as: UTF8.self)
          .contains("\"event\":\"Order ")
        let place = choices.below(9 + application.partitions)
        try producer.produce(
          topic: isOrder ? orders : events, partition: isOrder ? 0 : Int32(max(0, place - 9)),
          key: record.key, value: record.value, timestamp: record.at.milliseconds)
      }
      try producer.flush(timeout: patience)
    }

    /// No event came later than `late.accept`, nor later than anything is kept.
    private func expectPunctuality(_ daemon: Daemon) async throws {
      let port = try await daemon.awaitPort()
      let answer = try await onThread { try RawConnection.get("/metrics", port: port) }
      let counts = answer.body.split(separator: "\n").filter {
        $0.hasPrefix("afterclick_events_late_total ") || $0.contains("reason=\"too_late\"")
      }
      #expect(counts.count == 2 && counts.allSatisfy { $0.hasSuffix(" 0") }, "\(counts)")
    }

    private func lines(of topic: String, _ application: ShopApplication) async throws -> [Data] {
      try await onThread {
        var reader = try TopicReader(group: application.id)
        let records = try reader.records(of: topic)
        try reader.close()
        return records.map { Data($0.value ?? []) }
      }
    }

    /// Conversion and revision: what may be there only once.
    private func revision(_ line: Data) -> String? {
      let text = String(decoding: line, as: UTF8.self)
      guard let id = text.firstMatch(of: /"conversion_id":"([^"]+)"/),
        let number = text.firstMatch(of: /"revision":([0-9]+)/)
      else { return nil }
      return "\(id.output.1) \(number.output.1)"
    }
  }
}
