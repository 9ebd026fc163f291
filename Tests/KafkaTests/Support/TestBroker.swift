import Foundation
import Kafka
import Testing

/// The broker that the environment names, for what the in-process one cannot do.
enum TestBroker {
  static let variable = "AFTERCLICK_TEST_BOOTSTRAP"
  static let bootstrapServers = ProcessInfo.processInfo.environment[variable] ?? ""

  /// Creates a topic of its own for one test.
  static func makeTopic(partitions: Int = 1) throws -> String {
    let name = uniqueName("topic")
    let admin = try KafkaAdmin(["bootstrap.servers": bootstrapServers])
    let outcome = try admin.createTopics(
      [NewTopic(name, partitions: partitions)], timeout: patience)
    try #require(outcome == [name: .created])
    return name
  }
}

extension Trait where Self == ConditionTrait {
  /// Skips unless a real broker is at hand.
  static var needsBroker: Self {
    .enabled(
      if: !TestBroker.bootstrapServers.isEmpty,
      "set AFTERCLICK_TEST_BOOTSTRAP, or run it with Scripts/broker run -- swift test")
  }
}

/// How long any wait in these tests may take before it counts as a failure.
let patience: Duration = .seconds(30)

/// A name that no other test uses, so that all may run at once and against a used broker.
func uniqueName(_ prefix: String) -> String {
  "\(prefix)-\(UInt64.random(in: 0 ... .max))"
}
