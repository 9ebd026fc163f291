import CRdKafka

/// Owns one reference to a librdkafka queue.
///
/// It holds the client as well: a queue has to be given back before its client goes.
@safe struct EventQueue: ~Copyable {
  let pointer: OpaquePointer
  private let client: ClientHandle

  /// A new queue, fed only by what is forwarded to it.
  init(for client: ClientHandle) {
    unsafe self.init(owning: rd_kafka_queue_new(client.pointer), of: client)
  }

  /// Takes over a reference that a C call handed out.
  init(owning pointer: OpaquePointer, of client: ClientHandle) {
    unsafe self.pointer = pointer
    self.client = client
  }

  deinit { unsafe rd_kafka_queue_destroy(pointer) }

  /// The client's main queue: logs, errors, statistics, delivery reports.
  static func main(of client: ClientHandle) -> EventQueue {
    unsafe EventQueue(owning: rd_kafka_queue_get_main(client.pointer), of: client)
  }

  /// The queue on which one partition's fetched records arrive; `nil` if there is no such partition.
  static func records(of partition: TopicPartition, client: ClientHandle) -> EventQueue? {
    let queue = unsafe rd_kafka_queue_get_partition(
      client.pointer, partition.topic, partition.partition)
    guard let queue = unsafe queue else { return nil }
    return unsafe EventQueue(owning: queue, of: client)
  }

  /// Sends everything that arrives here to another queue.
  func forward(to destination: borrowing EventQueue) {
    unsafe rd_kafka_queue_forward(pointer, destination.pointer)
  }

  /// Ends the forwarding, which also drops the reference to the other queue.
  func stopForwarding() { unsafe rd_kafka_queue_forward(pointer, nil) }

  /// Whether nothing waits here; not of a queue that is forwarded.
  var isEmpty: Bool { unsafe rd_kafka_queue_length(pointer) == 0 }

  /// The next event, which the caller's event object destroys; waits up to the timeout.
  func poll(timeout: Duration) -> Event? {
    let event = unsafe rd_kafka_queue_poll(pointer, timeout.milliseconds)
    guard let event = unsafe event else { return nil }
    return unsafe Event(owning: event)
  }
}
