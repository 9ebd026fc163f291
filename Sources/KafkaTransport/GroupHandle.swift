internal import Kafka
internal import Synchronization

/// Lets a sink speak for the consumer whose offsets it commits. Set once, after both are open.
final class GroupHandle: Sendable {
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
