import Pipeline
import Stages
import Testing

@Suite struct CommitterTests {
  /// What ends the gathering of a backlog, long before its interval is over.
  enum Ending: CaseIterable {
    case somebodyWaits, noRoomIsLeft, caughtUp, closing
  }

  @Test(arguments: Ending.allCases)
  func `a backlog is gathered into one commit, but nobody waits for it`(
    ending: Ending
  ) async throws {
    let sink = RecordingSink()
    var settings = Committer.Settings()
    settings.minimumInterval = .zero
    settings.backlogInterval = .seconds(3_600)
    settings.maximumPending = ending == .noRoomIsLeft ? 2 : 64
    let committer = Committer(sink: sink, settings: settings)
    await committer.setBehind(true)
    try await withThrowingDiscardingTaskGroup { group in
      group.addTask { try await committer.run() }
      try await committer.submit(CommitterTests.handoff)
      await sink.waitForCommits(1)
      try await committer.submit(CommitterTests.handoff)
      try await committer.submit(CommitterTests.handoff)
      switch ending {
      case .somebodyWaits: try await committer.drain()
      case .noRoomIsLeft: break
      case .caughtUp: await committer.setBehind(false)
      case .closing: await committer.close()
      }
      await sink.waitForCommits(2)
      await committer.close()
    }
    #expect(await sink.groups == [1, 2])
  }

  @Test func `pieces of one partition are one batch, and commit together`() async throws {
    let sink = RecordingSink()
    var settings = Committer.Settings()
    settings.maximumPending = 2
    let committer = Committer(sink: sink, settings: settings)
    let other = Handoff(
      partition: LogPartition("events", 1), records: OutgoingRecords(), nextOffset: 1)
    // Nobody commits yet: a third batch would have to wait.
    #expect(try await committer.submit([CommitterTests.handoff, CommitterTests.handoff]) == 2)
    #expect(try await committer.submit([other]) == 3)
    #expect(try await committer.submit([]) == 3)
    try await withThrowingDiscardingTaskGroup { group in
      group.addTask { try await committer.run() }
      try await committer.waitUntilCommitted(3)
      await committer.close()
    }
    #expect(await sink.groups == [3])
  }

  private static let handoff = Handoff(
    partition: LogPartition("events", 0), records: OutgoingRecords(), nextOffset: 1)
}

/// Remembers how many handoffs each commit had.
private actor RecordingSink: CommitSink {
  private(set) var groups: [Int] = []
  private var waiters: [CheckedContinuation<Void, Never>] = []

  func commit(_ handoffs: [Handoff]) {
    groups.append(handoffs.count)
    for waiter in waiters { waiter.resume() }
    waiters = []
  }

  func close() {}

  func waitForCommits(_ count: Int) async {
    while groups.count < count { await withCheckedContinuation { waiters.append($0) } }
  }
}
