internal import Kafka
internal import Pipeline

/// A batch of the consumer, or a part of one, as the pipeline sees it; copies nothing.
struct KafkaBatch: IncomingBatch {
  private let batch: RecordBatch
  /// The records of `batch` that are meant.
  private let indices: Range<Int>

  init(_ batch: RecordBatch) { self.init(batch, 0..<batch.count) }

  private init(_ batch: RecordBatch, _ indices: Range<Int>) {
    precondition(!indices.isEmpty, "a part of \(batch.partition) without a record")
    self.batch = batch
    self.indices = indices
  }

  var partition: LogPartition { batch.partition.log }
  var count: Int { indices.count }
  var firstTimestamp: Int64? { batch.timestamp(at: indices.lowerBound) }
  var lastTimestamp: Int64? { batch.timestamp(at: indices.upperBound - 1) }

  var nextOffset: Int64 {
    guard indices.upperBound < batch.count else { return batch.nextOffset }
    return batch.withRecord(indices.upperBound - 1) { $0.offset + 1 }
  }

  func count(until time: Int64) -> Int {
    let later = indices.first { (batch.timestamp(at: $0) ?? .min) > time }
    return (later ?? indices.upperBound) - indices.lowerBound
  }

  func split(after count: Int) -> (any IncomingBatch, any IncomingBatch) {
    let middle = indices.lowerBound + count
    return (
      KafkaBatch(batch, indices.lowerBound..<middle), KafkaBatch(batch, middle..<indices.upperBound)
    )
  }

  func forEach(_ body: (IncomingRecord) -> Void) {
    for index in indices {
      batch.withRecord(index) { record in
        body(
          IncomingRecord(
            offset: record.offset, timestamp: record.timestamp, key: record.key,
            value: record.value))
      }
    }
  }

  func forEachHeader(
    of index: Int, _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer?) -> Void
  ) {
    batch.forEachHeader(of: indices.lowerBound + index, body)
  }
}
