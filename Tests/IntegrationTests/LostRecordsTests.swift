import Foundation
import Kafka
import Testing

extension DaemonTests {
  /// What the daemon does where the log no longer has what it would have to read.
  @Suite struct LostRecordsTests {
    private static let hour = 3_600_000

    @Test func `events that were deleted unread are reported, and those after them are attributed`()
      async throws
    {
      let application = try ShopApplication("deleted")
      let daemon = try application.daemon("a")
      try await Scene(application, [daemon], seed: 0).play { scene in
        try createInput(of: application, retention: LostRecordsTests.hour)
        try await application.createTopics(with: daemon)
        let old = (0..<20).map { number in
          HandMadeInput.order("q", at: "11:00:00", id: "q\(number)", number: "lost-\(number)")
        }
        let stamp = Int64(Date().timeIntervalSince1970 * 1_000) - 2 * Int64(LostRecordsTests.hour)
        try HandMadeInput.produce(old, to: application.input, partition: 0, timestamp: stamp)
        try await commit(3, for: application)
        try await awaitDeletion(of: application.input, until: Int64(old.count))
        try HandMadeInput.produce(
          [
            HandMadeInput.landing("p", at: "10:00:00", id: "m1"),
            HandMadeInput.order("p", at: "12:00:00", id: "m2", number: "after"),
          ], to: application.input, partition: 0)
        try await daemon.start()
        let keys = try await wait(for: "what is left is attributed") {
          let keys = try await conversionKeys(of: application)
          return keys.isEmpty ? nil : keys
        }
        try await daemon.stop()
        let complaints = try daemon.currentLog().split(separator: "\n").filter {
          $0.contains("events were deleted before they were read")
        }
        #expect(complaints.count == 1)
        let complaint = try #require(complaints.first)
        for part in [
          #""level":"error""#, "\(application.input)/0", #""from":"3","#, #""until":"20""#,
        ] {
          #expect(complaint.contains(part))
        }
        #expect(keys == ["purchase:after"])
      }
    }

    @Test func `a log that ends before what was read of it is not read on`() async throws {
      let application = try ShopApplication("shortened")
      let daemon = try application.daemon("a")
      try await Scene(application, [daemon], seed: 0).play { scene in
        try await application.createTopics(with: daemon)
        try HandMadeInput.produce(
          [HandMadeInput.landing("p", at: "10:00:00", id: "m1")], to: application.input,
          partition: 0)
        try await commit(7, for: application)
        try await daemon.start()
        try await wait(for: "the daemon says so") {
          try daemon.currentLog().contains("ends at offset 1, but was read up to 7 before")
            ? true : nil
        }
        try await daemon.stop()
        let log = try daemon.currentLog()
        #expect(log.contains("ends at offset 1, but was read up to 7 before"))
      }
    }

    @Test func `a changelog that was deleted is written anew from the local copy`() async throws {
      let application = try ShopApplication("lost-changelog", stateStore: .rocksdb)
      let daemon = try application.daemon("a")
      try await Scene(application, [daemon], seed: 0).play { scene in
        try await application.createTopics(with: daemon)
        try await daemon.start()
        try await produce(HandMadeInput.landing("kim", at: "10:00:00", id: "m1"), application)
        try await daemon.stop()
        try await onThread {
          let admin = try KafkaAdmin(["bootstrap.servers": TestBroker.bootstrapServers])
          try admin.deleteTopics([application.changelog], timeout: patience)
        }
        try await daemon.start()
        // Only Lee changes: Kim would be missing from then on.
        try await produce(HandMadeInput.landing("lee", at: "10:01:00", id: "m2"), application)
        #expect(try daemon.currentLog().contains("the changelog has lost its checkpoints"))
        try await daemon.stop()
        try daemon.wipeState()
        try await daemon.start()
        try await produce(
          HandMadeInput.order("kim", at: "10:20:00", id: "m3", number: "ord-1"), application)
        try await daemon.stop()
        #expect(!(try daemon.currentLog()).contains("the changelog has lost its checkpoints"))
        let outcome = try await scene.audit()
        #expect(outcome.conversions.count == 1)
      }
    }

    private func produce(
      _ record: HandMadeInput.Record, _ application: ShopApplication
    ) async throws {
      try await onThread {
        try HandMadeInput.produce([record], to: application.input, partition: 0)
      }
      try await application.awaitConsumption()
    }

    /// Makes the daemon go on from there in partition 0, as if it had read what is before.
    private func commit(_ offset: Int64, for application: ShopApplication) async throws {
      try await onThread {
        var consumer = try KafkaConsumer(
          ["bootstrap.servers": TestBroker.bootstrapServers, "group.id": application.id],
          membership: .manual)
        let partition = TopicPartition(application.input, 0)
        try consumer.commit([TopicPartitionOffset(partition, offset: offset)], timeout: patience)
        try consumer.close(timeout: patience)
      }
    }

    /// What was committed cannot be asked for here: it is no longer there.
    private func conversionKeys(of application: ShopApplication) async throws -> [String] {
      try await onThread {
        var reader = try TopicReader(group: application.id)
        let records = try reader.records(of: application.conversions)
        try reader.close()
        return records.map { String(decoding: $0.key ?? [], as: UTF8.self) }
      }
    }

    private func createInput(of application: ShopApplication, retention: Int) throws {
      let admin = try KafkaAdmin(["bootstrap.servers": TestBroker.bootstrapServers])
      let results = try admin.createTopics(
        [
          NewTopic(
            application.input, partitions: ShopApplication.partitions,
            configuration: ["retention.ms": "\(retention)"])
        ], timeout: patience)
      for (_, result) in results {
        if case .failed(let error) = result { throw error }
      }
    }

    /// Apache Kafka looks every five minutes.
    private func awaitDeletion(of topic: String, until offset: Int64) async throws {
      let group = uniqueName("looking-on")
      try await wait(
        for: "\(topic) to begin at \(offset)", patience: .seconds(420), every: .milliseconds(500)
      ) {
        try await onThread {
          let reader = try TopicReader(group: group)
          let start = try reader.start(of: TopicPartition(topic, 0))
          try reader.close()
          return start >= offset ? true : nil
        }
      }
    }
  }
}
