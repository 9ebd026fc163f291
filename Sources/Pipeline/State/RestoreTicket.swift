internal import Synchronization

/// Stands for one restore under way: whoever has no use for it any more cancels it.
///
/// A restore may read for a long time. Without this, giving a partition back or stopping would wait
/// for the end of it.
package final class RestoreTicket: Sendable {
  private let state = Atomic<Bool>(false)

  private let records = Atomic<Int>(0)

  package init() {}

  /// One more record of the checkpoint is read.
  func countRecord() { records.add(1, ordering: .relaxed) }

  /// Records of the checkpoint read so far.
  package var recordCount: Int { records.load(ordering: .relaxed) }

  package func cancel() { state.store(true, ordering: .relaxed) }

  package var isCancelled: Bool { state.load(ordering: .relaxed) }
}
