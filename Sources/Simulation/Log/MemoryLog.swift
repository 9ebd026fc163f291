package import Stages

/// A record as it lies in a log that is only memory. Its offset is its index.
package struct MemoryRecord: Hashable, Sendable {
  package struct Header: Hashable, Sendable {
    package var name: String
    package var value: String
  }

  package var key: [UInt8]?
  /// `nil` is a tombstone.
  package var value: [UInt8]?
  package var headers: [Header] = []
}

/// What a partition hands over to be committed, as the daemon's partitions do.
package struct MemoryHandoff: Sendable {
  /// Whose input it is that was consumed.
  package enum Origin: Hashable, Sendable {
    case input(Int)
    case journeys(Int)
  }

  package var origin: Origin
  package var records: OutgoingRecords
  /// The next input offset once `records` are committed; `nil` if no input was consumed.
  package var nextOffset: Int64?
}

/// All topics of one application. They change only by whole transactions.
package struct MemoryLog: Sendable {
  package private(set) var journeys: [[MemoryRecord]]
  package private(set) var changelog: [[MemoryRecord]]
  /// By the partition of the journeys log that they come from, in which their order is decided.
  package private(set) var conversions: [[MemoryRecord]]
  /// All of them as they were committed: what comes from several partitions follows one another.
  package private(set) var committedConversions: [MemoryRecord] = []
  package private(set) var insights: [MemoryRecord] = []
  package private(set) var deadLetters: [MemoryRecord] = []
  package private(set) var audits: [MemoryRecord] = []
  /// Next offsets.
  package private(set) var committed: [MemoryHandoff.Origin: Int64] = [:]

  package init(partitions: Int) {
    journeys = Array(repeating: [], count: partitions)
    changelog = journeys
    conversions = journeys
  }

  /// Publishes all of `handoffs`, in their order, with their offsets.
  package mutating func commit(_ handoffs: [MemoryHandoff]) {
    for handoff in handoffs {
      handoff.records.forEach { record, key, value in
        let headers = handoff.records.headers(of: record).map {
          MemoryRecord.Header(name: $0.name, value: $0.value)
        }
        append(
          MemoryRecord(
            key: key.map { Array($0) }, value: value.map { Array($0) }, headers: headers),
          record, from: handoff.origin)
      }
      if let next = handoff.nextOffset { committed[handoff.origin] = next }
    }
  }

  private mutating func append(
    _ record: MemoryRecord, _ outgoing: OutgoingRecords.Record, from origin: MemoryHandoff.Origin
  ) {
    switch (outgoing.destination, origin) {
    case (.deadLetters, _): deadLetters.append(record)
    case (.audits, _): audits.append(record)
    case (.conversions, .journeys(let partition)):
      conversions[partition].append(record)
      committedConversions.append(record)
    case (.journeys, _), (.changelog, _):
      guard let partition = outgoing.partition.map(Int.init) else {
        preconditionFailure("a record of \(origin) for \(outgoing.destination) has no partition")
      }
      if outgoing.destination == .journeys {
        journeys[partition].append(record)
      } else {
        changelog[partition].append(record)
      }
    case (.conversions, .input): preconditionFailure("an input emits no conversions")
    case (.insights, _): insights.append(record)
    case (.insightsChangelog, _), (.alerts, _), (.reports, _), (.models, _):
      preconditionFailure("\(origin) writes to \(outgoing.destination)")
    }
  }

  /// Removes what compaction may remove: every record that a later one of its key replaces.
  package mutating func compactChangelog(_ partition: Int) {
    var seen: Set<[UInt8]> = []
    let kept = changelog[partition].reversed().filter { record in
      seen.insert(record.key ?? []).inserted
    }
    changelog[partition] = kept.reversed()
  }
}
