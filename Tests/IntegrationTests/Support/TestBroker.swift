import Foundation
import Kafka
import Testing

/// The broker that the environment names.
enum TestBroker {
  static let bootstrapServers =
    ProcessInfo.processInfo.environment["AFTERCLICK_TEST_BOOTSTRAP"] ?? ""
  /// Whether the broker refuses offsets from members that it has put out of the group. The local
  /// test broker does not; Apache Kafka does.
  static let fencesMembers =
    ProcessInfo.processInfo.environment["AFTERCLICK_TEST_BROKER_FENCES"] == "1"
  /// Whether groups survive members that die in the middle of a rebalance. With the local test
  /// broker the group has been seen to stand still after some of these deaths.
  static let survivesChurn =
    ProcessInfo.processInfo.environment["AFTERCLICK_TEST_BROKER_TAKEOVERS"] == "1"
}

extension Trait where Self == ConditionTrait {
  /// Skips unless a real broker is at hand.
  static var needsBroker: Self {
    .enabled(
      if: !TestBroker.bootstrapServers.isEmpty,
      "set AFTERCLICK_TEST_BOOTSTRAP, or run it with Scripts/broker run -- swift test")
  }

  /// Skips where the group coordinator itself does not survive members that come and go.
  static var needsTakeoverBroker: Self {
    .enabled(
      if: TestBroker.survivesChurn,
      "set AFTERCLICK_TEST_BROKER_TAKEOVERS=1 where groups survive members that die in a rebalance")
  }

  /// Skips where nothing on the broker's side keeps a zombie from committing.
  static var needsFencingBroker: Self {
    .enabled(
      if: TestBroker.fencesMembers,
      "set AFTERCLICK_TEST_BROKER_FENCES=1 where the broker refuses offsets of departed members")
  }
}

/// How long a single wait in these tests may take before it counts as a failure.
let patience: Duration = .seconds(60)

/// A name that no other test uses, so that a used broker serves as well as a new one.
func uniqueName(_ prefix: String) -> String {
  "\(prefix)-\(String(UInt64.random(in: 0 ... .max), radix: 36))"
}
