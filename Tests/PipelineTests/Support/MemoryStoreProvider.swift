import Formats
import Pipeline
import Synchronization

/// The contract of local copies in its simplest form: what the one on disk is compared with.
final class MemoryStoreProvider: JourneyStoreProvider {
  typealias Records = [[UInt8]: [UInt8]]

  private let saved = Mutex<[LogPartition: Records]>([:])

  func open(_ partition: LogPartition) throws(PipelineError) -> any JourneyStore {
    MemoryJourneyStore(records: saved.withLock { $0[partition] ?? [:] }) { records in
      self.saved.withLock { $0[partition] = records }
    }
  }

  func discard(_ partition: LogPartition) throws(PipelineError) {
    saved.withLock { $0[partition] = nil }
  }
}

/// A local copy that outlives its store, but not the test.
private final class MemoryJourneyStore: JourneyStore {
  private var records: MemoryStoreProvider.Records
  private let save: (MemoryStoreProvider.Records) -> Void

  init(
    records: MemoryStoreProvider.Records, save: @escaping (MemoryStoreProvider.Records) -> Void
  ) {
    self.records = records
    self.save = save
  }

  func marker() throws(PipelineError) -> CheckpointMarker? {
    guard let bytes = records[CheckpointMarker.key] else { return nil }
    do {
      return try bytes.withUnsafeBytes { try CheckpointMarker($0) }
    } catch {
      throw .corruptState(LogPartition("memory", 0), reason: "not a marker")
    }
  }

  func forEachJourney(
    _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws(PipelineError)
      -> Void
  ) throws(PipelineError) {
    let ordered = records.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    for (key, value) in ordered where key != CheckpointMarker.key {
      try key.withUnsafeBufferPointer { (key) throws(PipelineError) in
        try value.withUnsafeBufferPointer { (value) throws(PipelineError) in
          try body(UnsafeRawBufferPointer(key), UnsafeRawBufferPointer(value))
        }
      }
    }
  }

  func apply(_ changes: [(key: [UInt8], value: [UInt8]?)]) throws(PipelineError) {
    for change in changes { records[change.key] = change.value }
    save(records)
  }

  /// It has no files.
  func wipe() {}

  func close() {}
}
