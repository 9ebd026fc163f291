extension Configuration {
  /// How records are processed and state is kept.
  package struct Processing: Hashable, Sendable {
    /// What a crash may do to results.
    package enum Guarantee: String, CaseIterable, Sendable {
      /// Every result is read once, whatever crashes.
      case exactlyOnce = "exactly_once"
      /// Results may be repeated after a crash, never lost.
      case atLeastOnce = "at_least_once"
    }

    /// Where journeys are kept.
    package struct State: Hashable, Sendable {
      package enum Store: String, CaseIterable, Sendable {
        case memory, rocksdb
      }

      package var store = Store.memory
      /// Where a store on disk lives; set whenever the store is `rocksdb`.
      package var directory: String?

      package init() {}
    }

    package var guarantee = Guarantee.exactlyOnce
    package var checkpointInterval = Duration.seconds(30)
    package var state = State()
    /// Partition processors that run at the same time: 1 to 1,024.
    package var workers = 1
    /// Partitions of the journeys log and of its changelog when they are created.
    package var journeysPartitions = 8
    /// Names this instance among those of the application; the host name unless configured.
    package var instanceID: String

    package init(instanceID: String) {
      self.instanceID = instanceID
    }
  }

  /// How results are grouped into transactions.
  package struct Commit: Hashable, Sendable {
    /// Time between the beginnings of two transactions, at least.
    package var minInterval = Duration.milliseconds(5)
    /// The same while there is a backlog to catch up with.
    package var backlogInterval = Duration.milliseconds(100)
    /// Batches that a partition may be ahead of the commit.
    package var maxPending = 64

    package init() {}
  }
}
