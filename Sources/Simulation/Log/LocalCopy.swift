internal import Attribution
internal import Formats
internal import Stages

/// A local copy of one partition's checkpoints. Like the daemon's it may lag behind the changelog,
/// but what it has is a beginning of what the changelog had.
struct LocalCopy {
  private var records: [MemoryRecord] = []

  mutating func apply(_ records: some Sequence<MemoryRecord>) {
    self.records += records
  }

  mutating func replace(by records: [MemoryRecord]) {
    self.records = records
  }

  /// Falls back by one checkpoint: to just before its last marker.
  mutating func forgetLastCheckpoint() {
    guard let marker = records.lastIndex(where: { $0.key == CheckpointMarker.key }) else { return }
    records.removeSubrange(marker...)
  }

  /// The last record of each key, in order of keys; without tombstones.
  var contents: [MemoryRecord] {
    var last: [[UInt8]: MemoryRecord] = [:]
    for record in records { last[record.key ?? []] = record }
    return last.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
      .filter { $0.value != nil }
  }
}

extension JourneyMachine {
  /// The machine that a changelog, or a copy of it, describes.
  ///
  /// `nil` if `records` hold no checkpoint that ends at or before `emitsFrom`, unless `isWhole` says
  /// that there are no other records.
  static func restored(
    from records: [MemoryRecord], isWhole: Bool, rules: RuleSet, partitions: Int,
    emitsFrom: Int64, insights: InsightsPlan?, partition: Int
  ) throws -> JourneyMachine? {
    var machine = JourneyMachine(
      rules: rules, partitions: partitions, emitsFrom: emitsFrom, insights: insights,
      partition: Int32(partition))
    var marker: CheckpointMarker?
    for record in records {
      let key = record.key ?? []
      if key == CheckpointMarker.key, let value = record.value {
        marker = try value.withUnsafeBytes { try CheckpointMarker($0) }
        continue
      }
      let journey = try key.withUnsafeBytes { try JourneyKey($0) }
      guard let value = record.value else {
        try machine.restore(key: journey, value: nil)
        continue
      }
      try value.withUnsafeBytes { try machine.restore(key: journey, value: $0) }
    }
    if !isWhole, marker.map({ $0.resumeOffset > emitsFrom }) ?? true { return nil }
    machine.finishRestore(at: marker)
    return machine
  }
}
