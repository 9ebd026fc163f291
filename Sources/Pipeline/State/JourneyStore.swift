package import Formats

/// A local copy of one partition's checkpoints, for a quick restart. Losing it costs only time.
package protocol JourneyStore: AnyObject {
  /// Where the copy's last complete checkpoint ends; `nil` if there is none.
  func marker() throws(PipelineError) -> CheckpointMarker?

  /// Calls `body` with every journey in the copy.
  func forEachJourney(
    _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws(PipelineError)
      -> Void
  ) throws(PipelineError)

  /// Writes records as they went to the changelog, all or nothing; `nil` values delete.
  func apply(
    _ records: [(key: [UInt8], value: [UInt8]?)]
  ) throws(PipelineError)

  /// Makes sure that nothing of what was overwritten or deleted is left in its files. Rewrites all of
  /// them: as expensive as a restore.
  func wipe() throws(PipelineError)

  /// Closes it; the store must not be used after.
  func close()
}

/// Opens the local copy of a partition.
package protocol JourneyStoreProvider: Sendable {
  func open(_ partition: LogPartition) throws(PipelineError) -> any JourneyStore

  /// Throws the local copy away: it cannot be read.
  func discard(_ partition: LogPartition) throws(PipelineError)
}
