import CRdKafka

/// A look at one record inside its batch; nothing is copied.
///
/// Valid only inside the closure that receives it. It cannot be copied, so it cannot be kept; the
/// buffers can, and must not be: copy their bytes before the closure returns.
@safe package struct KafkaRecord: ~Copyable {
  /// This record's place in the log; the next to read is one more.
  package let offset: Int64
  /// Milliseconds since 1970 UTC as the producer or broker stamped it; `nil` if not stamped.
  package let timestamp: Int64?
  /// `nil` when the record has no key, which differs from an empty one.
  package let key: UnsafeRawBufferPointer?
  /// `nil` when the record has no value: a tombstone in a compacted topic.
  package let value: UnsafeRawBufferPointer?

  // Safety: the batch outlives this view, because `RecordBatch` lends it for one call.
  private unowned(unsafe) let batch: RecordBatch
  private let index: Int

  init(_ message: UnsafePointer<rd_kafka_message_t>, at index: Int, in batch: RecordBatch) {
    let message = unsafe message.pointee
    unsafe offset = message.offset
    unsafe key = message.key.map {
      unsafe UnsafeRawBufferPointer(start: $0, count: message.key_len)
    }
    unsafe value = message.payload.map {
      unsafe UnsafeRawBufferPointer(start: $0, count: message.len)
    }
    timestamp = batch.timestamp(at: index)
    unsafe self.batch = batch
    self.index = index
  }

  /// Copies the headers, in order; a name may occur more than once, a value may be missing.
  ///
  /// The first call for a record parses them and every call allocates.
  package func headers() -> [(name: String, value: [UInt8]?)] {
    unsafe batch.headers(at: index)
  }
}
