import Kafka
import Testing

/// Who does not poll loses its partitions, and may then not commit.
@Suite(.mustNotHang) struct PollIntervalTests {
  private let interval: Duration = .seconds(4)
  let cluster: MockCluster

  init() throws {
    cluster = try MockCluster()
    try cluster.createTopic("polled", partitions: 1)
  }

  private func member() throws -> KafkaConsumer {
    var consumer = try KafkaConsumer([
      "bootstrap.servers": cluster.bootstrapServers, "group.id": "polled",
      "partition.assignment.strategy": "cooperative-sticky", "session.timeout.ms": "4000",
      "max.poll.interval.ms": "4000", "heartbeat.interval.ms": "200",
    ])
    try consumer.subscribe(["polled"])
    let end = ContinuousClock.now + patience
    while ContinuousClock.now < end {
      guard case .assigned(let partitions)? = consumer.pollSignal(timeout: .milliseconds(100)),
        !partitions.isEmpty
      else { continue }
      try consumer.confirmAssigned(partitions.map { PartitionStart($0, .committed) })
      return consumer
    }
    throw TimedOut()
  }

  @Test func `idle polling of both queues keeps the partitions`() throws {
    var consumer = try member()
    var signals: [ConsumerSignal] = []
    let end = ContinuousClock.now + interval * 2
    while ContinuousClock.now < end {
      _ = consumer.pollRecords(maximum: 10, timeout: .milliseconds(50))
      if let signal = consumer.pollSignal(timeout: .zero) { signals.append(signal) }
    }
    #expect(signals.isEmpty)
    let assignment = consumer.assignment
    #expect(assignment.count == 1)
    try consumer.close(timeout: patience)
  }

  @Test func `without polling they are lost, and the consumer can close all the same`() throws {
    let (signals, isClosed) = try Worker {
      var consumer = try member()
      // Doing nothing for longer than the interval is what is tested.
      waitIdly(for: interval * 1.5)
      var signals: [ConsumerSignal] = []
      let end = ContinuousClock.now + patience
      while ContinuousClock.now < end {
        guard let signal = consumer.pollSignal(timeout: .milliseconds(100)) else { continue }
        signals.append(signal)
        if case .revoked(let partitions, _) = signal {
          try consumer.confirmRevoked(partitions)
          break
        }
      }
      try consumer.close(timeout: patience)
      return (signals, consumer.isClosed)
    }.finish()
    let names = signals.compactMap { if case .error(let error) = $0 { error.name } else { nil } }
    #expect(names.contains("_MAX_POLL_EXCEEDED"))
    #expect(signals.last == .revoked([TopicPartition("polled", 0)], lost: true))
    #expect(isClosed)
  }
}
