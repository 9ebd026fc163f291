import Foundation
import Kafka
import Testing

/// The broker that the environment names.
enum TestBroker {
  static let bootstrapServers =
    ProcessInfo.processInfo.environment["AFTERCLICK_TEST_BOOTSTRAP"] ?? ""
}

extension Trait where Self == ConditionTrait {
  /// Skips unless a real broker is at hand.
  static var needsBroker: Self {
    .enabled(
      if: !TestBroker.bootstrapServers.isEmpty,
      "set AFTERCLICK_TEST_BOOTSTRAP, or run it with Scripts/broker run -- swift test")
  }
}

/// How long a single wait in these tests may take before it counts as a failure.
let patience: Duration = .seconds(60)

/// A name that no other test uses, so that a used broker serves as well as a new one.
func uniqueName(_ prefix: String) -> String {
  "\(prefix)-\(String(UInt64.random(in: 0 ... .max), radix: 36))"
}
