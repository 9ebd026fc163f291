import CRdKafka
import Synchronization

/// Consecutive records of one partition, in offset order, still in librdkafka's memory.
///
/// Dropping the last reference returns all records to librdkafka at once. Offsets rise but need not
/// be dense: compaction and transaction markers leave gaps.
@safe package final class RecordBatch: @unchecked Sendable {
  // Safety: the messages are written only before the batch is shared, except that reading headers
  // parses them in place, which happens under `headerLock`; librdkafka allows messages to be
  // destroyed on any thread. The client is held because it must outlive its messages.
  private let messages: [UnsafeMutablePointer<rd_kafka_message_t>]
  private let client: ClientHandle
  private let headerLock = Mutex(())

  package let partition: TopicPartition
  /// The offset of the first record.
  package let firstOffset: Int64
  /// Next to read after this batch.
  package let nextOffset: Int64

  /// Takes over the messages of a nonempty run; all are of one partition and none is an error.
  init(
    owning messages: [UnsafeMutablePointer<rd_kafka_message_t>], of partition: TopicPartition,
    client: ClientHandle
  ) {
    unsafe self.messages = messages
    self.partition = partition
    self.client = client
    firstOffset = unsafe messages[0].pointee.offset
    nextOffset = unsafe messages[messages.count - 1].pointee.offset + 1
    precondition(firstOffset < nextOffset, "\(partition) went from \(firstOffset) to \(nextOffset)")
  }

  deinit {
    for index in unsafe messages.indices { unsafe rd_kafka_message_destroy(messages[index]) }
  }

  /// At least one.
  package var count: Int { unsafe messages.count }

  /// Lends the record at an index below `count`. Costs a few nanoseconds and allocates nothing.
  @inlinable package func withRecord<Result, Failure: Error>(
    _ index: Int, _ body: (borrowing KafkaRecord) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(record(at: index))
  }

  /// Lends every record in offset order.
  @inlinable package func forEach<Failure: Error>(
    _ body: (borrowing KafkaRecord) throws(Failure) -> Void
  ) throws(Failure) {
    for index in 0..<count { try body(record(at: index)) }
  }

  /// The view that `withRecord` lends.
  @usableFromInline func record(at index: Int) -> KafkaRecord {
    unsafe KafkaRecord(messages[index], at: index, in: self)
  }

  /// Milliseconds since 1970 UTC; `nil` if the record has none. Cheaper than lending the record.
  package func timestamp(at index: Int) -> Int64? {
    var type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
    let timestamp = unsafe rd_kafka_message_timestamp(messages[index], &type)
    return type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? nil : timestamp
  }

  /// Copies of one record's headers.
  func headers(at index: Int) -> [(name: String, value: [UInt8]?)] {
    var headers: [(name: String, value: [UInt8]?)] = []
    unsafe forEachHeader(of: index) { name, value in
      unsafe headers.append(
        (String(decoding: name, as: UTF8.self), value.map { unsafe Array($0) }))
    }
    return headers
  }

  /// Lends the name and the value of every header of the record at `index`, in order; copies
  /// nothing. The first call for a record parses its headers.
  ///
  /// The buffers lie in the record: they are valid as long as the batch.
  package func forEachHeader(
    of index: Int, _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer?) -> Void
  ) {
    headerLock.withLock { _ in
      var list: OpaquePointer?
      let code = unsafe rd_kafka_message_headers(messages[index], &list)
      guard code == RD_KAFKA_RESP_ERR_NO_ERROR, let list = unsafe list else { return }
      var number = 0
      var name: UnsafePointer<CChar>?
      var value: UnsafeRawPointer?
      var size = 0
      while unsafe rd_kafka_header_get_all(list, number, &name, &value, &size)
        == RD_KAFKA_RESP_ERR_NO_ERROR, let start = unsafe name
      {
        var length = 0
        while unsafe start[length] != 0 { length += 1 }
        unsafe body(
          UnsafeRawBufferPointer(start: start, count: length),
          value.map { unsafe UnsafeRawBufferPointer(start: $0, count: size) })
        number += 1
      }
    }
  }
}
