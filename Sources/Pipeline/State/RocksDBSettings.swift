internal import CRocksDB

/// How a local copy uses RocksDB: written in slices, read as a whole and in order, once.
///
/// Owns RocksDB's option objects; they have to outlive the database that was opened with them.
final class RocksDBSettings {
  let options: OpaquePointer
  let readOptions: OpaquePointer
  let writeOptions: OpaquePointer
  let flushOptions: OpaquePointer
  /// For a compaction after which only the last values are left.
  let wipeOptions: OpaquePointer
  private let tableOptions: OpaquePointer
  private let cache: OpaquePointer

  /// Two of these are what a partition's writes may hold in memory.
  private static let memtableBytes = 16 << 20
  /// What is read of indexes. Iteration goes past the cache: it would only sweep it clean.
  private static let cacheBytes = 4 << 20
  private static let readaheadBytes = 4 << 20
  private static let blockBytes = 32 << 10
  /// Of 64 MB each; beyond it they are opened when they are needed.
  private static let maximumOpenFiles: Int32 = 64
  /// `BottommostLevelCompaction::kForce`.
  private static let forcedCompaction: UInt8 = 2
  /// RocksDB's own log says why a database is as it is, so a little of it is kept.
  private static let logBytes = 1 << 20

  init() {
    cache = rocksdb_cache_create_lru(RocksDBSettings.cacheBytes)
    tableOptions = rocksdb_block_based_options_create()
    rocksdb_block_based_options_set_block_cache(tableOptions, cache)
    rocksdb_block_based_options_set_block_size(tableOptions, RocksDBSettings.blockBytes)
    // Otherwise indexes lie outside the cache, and its limit.
    rocksdb_block_based_options_set_cache_index_and_filter_blocks(tableOptions, 1)

    options = rocksdb_options_create()
    rocksdb_options_set_create_if_missing(options, 1)
    rocksdb_options_set_block_based_table_factory(options, tableOptions)
    rocksdb_options_set_write_buffer_size(options, RocksDBSettings.memtableBytes)
    rocksdb_options_set_max_write_buffer_number(options, 2)
    rocksdb_options_set_compression(options, Int32(rocksdb_lz4_compression))
    rocksdb_options_set_max_background_jobs(options, 2)
    rocksdb_options_set_max_open_files(options, RocksDBSettings.maximumOpenFiles)
    rocksdb_options_set_keep_log_file_num(options, 2)
    rocksdb_options_set_max_log_file_size(options, RocksDBSettings.logBytes)
    rocksdb_options_set_stats_dump_period_sec(options, 0)

    readOptions = rocksdb_readoptions_create()
    rocksdb_readoptions_set_readahead_size(readOptions, RocksDBSettings.readaheadBytes)
    rocksdb_readoptions_set_fill_cache(readOptions, 0)
    // The log is written, the disk is not waited for: the default, which this copy rests on.
    writeOptions = rocksdb_writeoptions_create()
    rocksdb_writeoptions_disable_WAL(writeOptions, 0)
    rocksdb_writeoptions_set_sync(writeOptions, 0)
    flushOptions = rocksdb_flushoptions_create()
    rocksdb_flushoptions_set_wait(flushOptions, 1)
    wipeOptions = rocksdb_compactoptions_create()
    // Otherwise tables without anything above them are left as they are.
    rocksdb_compactoptions_set_bottommost_level_compaction(
      wipeOptions, RocksDBSettings.forcedCompaction)
  }

  deinit {
    rocksdb_compactoptions_destroy(wipeOptions)
    rocksdb_flushoptions_destroy(flushOptions)
    rocksdb_writeoptions_destroy(writeOptions)
    rocksdb_readoptions_destroy(readOptions)
    rocksdb_options_destroy(options)
    rocksdb_block_based_options_destroy(tableOptions)
    rocksdb_cache_destroy(cache)
  }
}
