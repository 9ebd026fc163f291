internal import CRocksDB
package import Formats

/// A partition's local copy in a RocksDB database of its own.
///
/// A slice is written to RocksDB's log before `apply` returns, but nobody waits for the disk: it
/// survives the end of this process, however that comes about, while a power failure may take the
/// last slices with it. What is found then is an older copy that is complete in itself.
package final class RocksDBJourneyStore: JourneyStore {
  private let partition: LogPartition
  private let settings: RocksDBSettings
  private let batch: OpaquePointer
  /// `nil` once closed.
  private var database: OpaquePointer?

  /// Opens the database in `directory`, whose parent exists, or creates an empty one there.
  package init(directory: String, partition: LogPartition) throws(PipelineError) {
    let settings = RocksDBSettings()
    database = try RocksDBJourneyStore.performing("opening local state", on: partition) { error in
      rocksdb_open(settings.options, directory, &error)
    }
    self.partition = partition
    self.settings = settings
    batch = rocksdb_writebatch_create()
  }

  deinit {
    close()
    rocksdb_writebatch_destroy(batch)
  }

  package func close() {
    guard let database else { return }
    rocksdb_close(database)
    self.database = nil
  }

  package func marker() throws(PipelineError) -> CheckpointMarker? {
    let database = openDatabase
    var count = 0
    let value = try RocksDBJourneyStore.performing("reading local state", on: partition) { error in
      CheckpointMarker.key.withUnsafeBytes { key in
        rocksdb_get(
          database, settings.readOptions, key.bindMemory(to: CChar.self).baseAddress, key.count,
          &count, &error)
      }
    }
    // Without an error, null says that there is no such key.
    guard let value else { return nil }
    defer { rocksdb_free(value) }
    do {
      return try CheckpointMarker(UnsafeRawBufferPointer(start: value, count: count))
    } catch {
      throw .corruptState(partition, reason: "a checkpoint marker that this version does not write")
    }
  }

  package func forEachJourney(
    _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws(PipelineError)
      -> Void
  ) throws(PipelineError) {
    let iterator = rocksdb_create_iterator(openDatabase, settings.readOptions)
    // Before the database is closed: RocksDB aborts on a database that is still being read.
    defer { rocksdb_iter_destroy(iterator) }
    rocksdb_iter_seek_to_first(iterator)
    while rocksdb_iter_valid(iterator) != 0 {
      // Both belong to the iterator and are gone when it moves on.
      var count = 0
      let keyStart = rocksdb_iter_key(iterator, &count)
      let key = UnsafeRawBufferPointer(start: keyStart, count: count)
      let valueStart = rocksdb_iter_value(iterator, &count)
      if !key.elementsEqual(CheckpointMarker.key) {
        try body(key, UnsafeRawBufferPointer(start: valueStart, count: count))
      }
      rocksdb_iter_next(iterator)
    }
    // An iterator that cannot read on just ends.
    try RocksDBJourneyStore.performing("reading local state", on: partition) { error in
      rocksdb_iter_get_error(iterator, &error)
    }
  }

  package func apply(
    _ records: [(key: [UInt8], value: [UInt8]?)]
  ) throws(PipelineError) {
    let database = openDatabase
    rocksdb_writebatch_clear(batch)
    for record in records {
      record.key.withUnsafeBytes { key in
        let keyStart = key.bindMemory(to: CChar.self).baseAddress
        guard let value = record.value else {
          return rocksdb_writebatch_delete(batch, keyStart, key.count)
        }
        value.withUnsafeBytes { value in
          rocksdb_writebatch_put(
            batch, keyStart, key.count, value.bindMemory(to: CChar.self).baseAddress, value.count)
        }
      }
    }
    try RocksDBJourneyStore.performing("writing local state", on: partition) { error in
      rocksdb_write(database, settings.writeOptions, batch, &error)
    }
  }

  package func wipe() throws(PipelineError) {
    let database = openDatabase
    // RocksDB's log is deleted once all that it holds lies in tables.
    try RocksDBJourneyStore.performing("wiping local state", on: partition) { error in
      rocksdb_flush(database, settings.flushOptions, &error)
    }
    rocksdb_compact_range_opt(database, settings.wipeOptions, nil, 0, nil, 0)
  }

  private var openDatabase: OpaquePointer {
    guard let database else { preconditionFailure("the store of \(partition) is closed") }
    return database
  }

  /// Calls a function of RocksDB that reports failure through a `char **`, and throws what it says.
  private static func performing<Result>(
    _ operation: String, on partition: LogPartition,
    _ call: (inout UnsafeMutablePointer<CChar>?) -> Result
  ) throws(PipelineError) -> Result {
    var message: UnsafeMutablePointer<CChar>?
    let result = call(&message)
    guard let message else { return result }
    defer { rocksdb_free(message) }
    throw failure(operation, on: partition, message: String(cString: message))
  }

  /// RocksDB says what kind of failure it is in the first words of its message.
  private static func failure(
    _ operation: String, on partition: LogPartition, message: String
  ) -> PipelineError {
    if message.contains("While lock file") || message.contains("lock hold by current process") {
      let reason = "\(partition) is in use, by another process or by this one: \(message)"
      return .transport(operation: operation, reason: reason)
    }
    let isDamaged =
      ["Corruption:", "Invalid argument:", "Not implemented:"].contains {
        message.hasPrefix($0)
      } || message.contains("No such file or directory")
    return isDamaged
      ? .corruptState(partition, reason: message)
      : .transport(operation: operation, reason: "\(partition): \(message)")
  }
}
