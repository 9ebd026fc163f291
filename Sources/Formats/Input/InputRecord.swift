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

/// How much of an input is read before it is rejected unread.
package struct InputLimits: Hashable, Sendable {
  /// Bytes of one record.
  package var recordBytes: Int
  /// Bytes of one text that is taken from a record.
  package var fieldBytes: Int

  package init(recordBytes: Int = 512 << 10, fieldBytes: Int = 16 << 10) {
    self.recordBytes = recordBytes
    self.fieldBytes = fieldBytes
  }
}
