import CRdKafka

/// A consumer group's membership at one moment: group, generation, member.
///
/// Sent along with a transaction's offsets so that the broker refuses them from a member whose
/// partitions have moved on. Take a new one for each transaction.
@safe package final class ConsumerGroupMetadata: @unchecked Sendable {
  // Safety: the object is a plain copy that librdkafka only reads; the pointer never changes.
  let pointer: OpaquePointer

  init(owning pointer: OpaquePointer) { unsafe self.pointer = pointer }

  deinit { unsafe rd_kafka_consumer_group_metadata_destroy(pointer) }
}
