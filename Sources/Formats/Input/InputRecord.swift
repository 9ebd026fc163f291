package import Attribution

/// One record of an input, as it lies in the log or the file. Valid only while it is decoded.
package struct InputRecord {
  /// `nil` for a tombstone.
  package var value: UnsafeRawBufferPointer?
  package var key: UnsafeRawBufferPointer?
  /// When the log got the record; `nil` where nothing recorded it, as in a file.
  package var timestamp: EventTime?
  /// Empty unless the format reads them: see `InputFormat.readsHeaders`.
  package var headers: UnsafeBufferPointer<InputHeader>

  package init(
    value: UnsafeRawBufferPointer?, key: UnsafeRawBufferPointer? = nil,
    timestamp: EventTime? = nil,
    headers: UnsafeBufferPointer<InputHeader> = .init(start: nil, count: 0)
  ) {
    self.value = value
    self.key = key
    self.timestamp = timestamp
    self.headers = headers
  }
}

/// One header of a record. Valid only while the record is decoded.
package struct InputHeader {
  package var name: UnsafeRawBufferPointer
  package var value: UnsafeRawBufferPointer?

  package init(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer?) {
    self.name = name
    self.value = value
  }
}
