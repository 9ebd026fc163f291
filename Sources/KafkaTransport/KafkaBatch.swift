internal import Kafka
internal import Pipeline

/// A batch of the consumer as the pipeline sees it; copies nothing.
struct KafkaBatch: IncomingBatch {
  let batch: RecordBatch

  var partition: LogPartition { batch.partition.log }
  var count: Int { batch.count }
  var nextOffset: Int64 { batch.nextOffset }
  var firstTimestamp: Int64? { batch.withRecord(0) { $0.timestamp } }

  func forEach(_ body: (IncomingRecord) -> Void) {
    batch.forEach { record in
      body(
        IncomingRecord(
          offset: record.offset, timestamp: record.timestamp, key: record.key, value: record.value))
    }
  }

  func forEachHeader(
    of index: Int, _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer?) -> Void
  ) {
    batch.forEachHeader(of: index, body)
  }
}
