import Kafka
import Testing

@Suite(.needsBroker) struct AdminTests {
  private func admin() throws -> KafkaAdmin {
    try KafkaAdmin(["bootstrap.servers": TestBroker.bootstrapServers])
  }

  @Test func `a topic is created once, described, and deleted`() throws {
    let admin = try admin()
    let name = uniqueName("admin")
    let topic = NewTopic(
      name, partitions: 5, replicationFactor: 1, configuration: ["cleanup.policy": "compact"])
    let first = try admin.createTopics([topic], timeout: patience)
    #expect(first == [name: .created])
    let second = try admin.createTopics([topic], timeout: patience)
    #expect(second == [name: .alreadyExisted])

    let missing = uniqueName("missing")
    let counts = try admin.partitionCounts(of: [name, missing], timeout: patience)
    #expect(counts == [name: 5])
    let settings = try admin.configuration(ofTopic: name, timeout: patience)
    #expect(settings["cleanup.policy"] == "compact")

    try admin.deleteTopics([name, missing], timeout: patience)
    let left = try admin.partitionCounts(of: [name], timeout: patience)
    #expect(left.isEmpty)
  }

  @Test func `a topic that the broker refuses does not keep others from being created`() throws {
    let admin = try admin()
    let (good, bad) = (uniqueName("good"), uniqueName("bad"))
    let outcome = try admin.createTopics(
      [NewTopic(bad, partitions: 0), NewTopic(good, partitions: 1)], timeout: patience)
    #expect(outcome[good] == .created)
    guard case .failed(let error)? = outcome[bad] else {
      Issue.record("\(outcome)")
      return
    }
    #expect(error.name == "INVALID_PARTITIONS")
  }

  @Test func `a broker that cannot be reached is a time-out`() throws {
    let admin = try KafkaAdmin(["bootstrap.servers": "127.0.0.1:1"])
    let error = #expect(throws: KafkaError.self) {
      try admin.createTopics([NewTopic("late", partitions: 1)], timeout: .milliseconds(300))
    }
    #expect(error?.isTimeout == true)
  }
}
