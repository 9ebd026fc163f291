internal import Foundation
internal import Kafka
internal import Synchronization

/// Lets a sink speak for the consumer whose offsets it commits. Set once, after both are open.
final class GroupHandle: Sendable {
  /// How long a consumer may take to hear of a new generation.
  static let generationPatience: Duration = .seconds(2)

  /// Gives the consumer a moment to hear of it.
  static func awaitGeneration() {
    Thread.sleep(forTimeInterval: 0.005)
  }

  private let handle = Mutex<ConsumerHandle?>(nil)

  func set(_ handle: ConsumerHandle) {
    self.handle.withLock { $0 = handle }
  }

  var consumer: ConsumerHandle {
    guard let handle = handle.withLock({ $0 }) else {
      preconditionFailure("a commit before the worker's consumer was open")
    }
    return handle
  }
}
