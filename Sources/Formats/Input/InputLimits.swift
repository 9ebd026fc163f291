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
