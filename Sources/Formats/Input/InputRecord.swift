package import Attribution

/// One record of an input, as it lies in the log or the file. Valid only while it is decoded.
package struct InputRecord {
  /// `nil` for a tombstone.
  package var value: UnsafeRawBufferPointer?
  package var key: UnsafeRawBufferPointer?
  /// When the log got the record; `nil` where nothing recorded it, as in a file.
  package var timestamp: EventTime?

  package init(
    value: UnsafeRawBufferPointer?, key: UnsafeRawBufferPointer? = nil,
    timestamp: EventTime? = nil
  ) {
    self.value = value
    self.key = key
    self.timestamp = timestamp
  }
}
