internal import Synchronization

/// Stands for one restore under way: whoever has no use for it any more cancels it.
///
/// A restore may read for a long time. Without this, giving a partition back or stopping would wait
/// for the end of it.
package final class RestoreTicket: Sendable {
  private let state = Atomic<Bool>(false)

  package init() {}

  package func cancel() { state.store(true, ordering: .relaxed) }

  package var isCancelled: Bool { state.load(ordering: .relaxed) }
}
