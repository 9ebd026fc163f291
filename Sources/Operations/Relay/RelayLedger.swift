/// Which receiver still has to be told of which alert, and how far the topic is settled.
///
/// Pure: it is told what was read and what was accepted, and says what to send and to commit. Of each
/// alert only the last state counts; one that fires stays, because Alertmanager has to hear of it
/// again and again.
package struct RelayLedger: Sendable {
  /// Something to send.
  package struct Message: Hashable, Sendable {
    package var alert: RelayedAlert
    /// Where its record is: a newer one has another place.
    package var place: Place
  }

  /// Where a record is in the topic.
  package struct Place: Hashable, Sendable {
    package var partition: Int32
    package var offset: Int64

    package init(partition: Int32, offset: Int64) {
      self.partition = partition
      self.offset = offset
    }
  }

  private struct Entry {
    var alert: RelayedAlert
    var place: Place
    var owed: Set<RelayReceiver>
    /// When Alertmanager hears of it again.
    var resendAt: ContinuousClock.Instant?
  }

  /// A receiver that does not answer is left alone for a while.
  private struct Outage {
    var failures = 0
    var until: ContinuousClock.Instant
  }

  private let receivers: Set<RelayReceiver>
  private let resend: Duration
  private var entries: [String: Entry] = [:]
  /// Next to read, of each partition.
  private var positions: [Int32: Int64] = [:]
  private var outages: [RelayReceiver: Outage] = [:]

  /// Between two tries, at first and at most.
  package static let firstPause: Duration = .seconds(1)
  package static let longestPause: Duration = .seconds(60)
  /// Alerts in one message at most.
  package static let batch = 100

  package init(receivers: Set<RelayReceiver>, resend: Duration) {
    self.receivers = receivers
    self.resend = resend
  }

  /// A partition is read from its beginning.
  package mutating func begin(_ partition: Int32) {
    forget(partition)
    positions[partition] = 0
  }

  /// A partition is somebody else's.
  package mutating func forget(_ partition: Int32) {
    positions[partition] = nil
    entries = entries.filter { $0.value.place.partition != partition }
  }

  /// The alert was read at `place`; `isSettled` if everybody was told of it in an earlier life.
  package mutating func note(_ alert: RelayedAlert, at place: Place, isSettled: Bool) {
    var owed = isSettled ? [] : receivers
    closeFormer(of: alert, at: place)
    if isSettled, alert.isResolved {
      entries[alert.id] = nil
      return
    }
    // Nobody knows how long ago it was last heard of.
    if !alert.isResolved, receivers.contains(.alertmanager) { owed.insert(.alertmanager) }
    entries[alert.id] = Entry(alert: alert, place: place, owed: owed)
  }

  /// To Alertmanager, an alert with other labels, a higher severity for instance, is another one: the
  /// former has to end.
  private mutating func closeFormer(of alert: RelayedAlert, at place: Place) {
    guard let before = entries[alert.id], before.resendAt != nil || !before.owed.isEmpty,
      before.alert.labels != alert.labels, receivers.contains(.alertmanager)
    else { return }
    let former = before.alert.closed(at: alert.updatedAt)
    entries[former.id] = Entry(alert: former, place: place, owed: [.alertmanager])
  }

  /// Everything before `offset` was read.
  package mutating func advance(_ partition: Int32, to offset: Int64) {
    positions[partition] = offset
  }

  /// What `receiver` should be sent now; empty while it is left alone. In the order of the topic.
  package func due(
    for receiver: RelayReceiver, at now: ContinuousClock.Instant
  ) -> [Message] {
    if let outage = outages[receiver], now < outage.until { return [] }
    let due = entries.values.filter { entry in
      if entry.owed.contains(receiver) { return true }
      guard receiver == .alertmanager, let time = entry.resendAt else { return false }
      return now >= time
    }
    return
      due.sorted {
        ($0.place.partition, $0.place.offset) < ($1.place.partition, $1.place.offset)
      }
      .prefix(RelayLedger.batch).map { Message(alert: $0.alert, place: $0.place) }
  }

  /// `receiver` has taken `messages`, or refused them for good. Returns whether it had been away.
  package mutating func settled(
    _ messages: [Message], with receiver: RelayReceiver, at now: ContinuousClock.Instant
  ) -> Bool {
    for message in messages {
      // Meanwhile a newer state may have been read.
      guard var entry = entries[message.alert.id], entry.place == message.place else { continue }
      entry.owed.remove(receiver)
      if receiver == .alertmanager, !entry.alert.isResolved { entry.resendAt = now + resend }
      let isOver = entry.owed.isEmpty && (entry.alert.isResolved || entry.resendAt == nil)
      entries[message.alert.id] = isOver ? nil : entry
    }
    return outages.removeValue(forKey: receiver) != nil
  }

  /// `receiver` did not answer, or asks for patience. Returns how long it is left alone, and how
  /// often in a row that was.
  package mutating func failed(
    _ receiver: RelayReceiver, at now: ContinuousClock.Instant
  ) -> (pause: Duration, failures: Int) {
    let failures = (outages[receiver]?.failures ?? 0) + 1
    let pause = min(RelayLedger.longestPause, RelayLedger.firstPause * (1 << min(failures - 1, 6)))
    outages[receiver] = Outage(failures: failures, until: now + pause)
    return (pause, failures)
  }

  /// How many alerts each receiver has not been told of; nothing without a partition to read.
  package var owed: [RelayReceiver: Int] {
    guard !positions.isEmpty else { return [:] }
    var counts: [RelayReceiver: Int] = [:]
    for receiver in receivers {
      counts[receiver] = entries.values.count { $0.owed.contains(receiver) }
    }
    return counts
  }

  /// Offsets before which nobody has to be told of anything any more.
  package var committable: [Int32: Int64] {
    var offsets = positions
    for entry in entries.values where !entry.owed.isEmpty {
      guard let position = offsets[entry.place.partition] else { continue }
      offsets[entry.place.partition] = min(position, entry.place.offset)
    }
    return offsets
  }
}
