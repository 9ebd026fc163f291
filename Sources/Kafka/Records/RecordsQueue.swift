import CRdKafka

/// The one queue on which the records of all assigned partitions arrive.
///
/// It keeps the room that polling needs, so that a poll allocates per partition, never per record.
@safe struct RecordsQueue: ~Copyable {
  typealias Message = UnsafeMutablePointer<rd_kafka_message_t>

  let queue: EventQueue
  private let client: ClientHandle
  private var room: UnsafeMutableBufferPointer<Message?>

  init(for client: ClientHandle) {
    queue = EventQueue(for: client)
    self.client = client
    unsafe room = .allocate(capacity: 0)
  }

  deinit { unsafe room.deallocate() }

  /// Waits up to the timeout for a first record, then takes what has arrived, up to the maximum.
  mutating func poll(maximum: Int, timeout: Duration) -> PolledRuns {
    precondition(maximum > 0, "a poll for \(maximum) records")
    if unsafe room.count < maximum {
      unsafe room.deallocate()
      unsafe room = .allocate(capacity: maximum)
      unsafe room.initialize(repeating: nil)
    }
    let count = receive(maximum: maximum, timeout: timeout)
    var runs = PolledRuns(client: client)
    for index in 0..<count { unsafe runs.append(room[index]!) }
    return runs
  }

  /// Fills the front of the room and returns how many messages there are.
  ///
  /// librdkafka's batch call waits until the batch is full or the timeout has passed: on a quiet
  /// topic that would delay every record by the timeout. So one call takes what is there; if there
  /// is nothing, a second waits for one record and a third takes those that came with it.
  private func receive(maximum: Int, timeout: Duration) -> Int {
    let first = unsafe take(into: room.baseAddress, maximum, wait: 0)
    guard first == 0, timeout > .zero else { return first }
    guard unsafe take(into: room.baseAddress, 1, wait: timeout.milliseconds) == 1 else { return 0 }
    guard maximum > 1 else { return 1 }
    return unsafe 1 + take(into: room.baseAddress! + 1, maximum - 1, wait: 0)
  }

  private func take(
    into room: UnsafeMutablePointer<Message?>?, _ maximum: Int, wait milliseconds: Int32
  ) -> Int {
    // A negative count means that the queue has no client any more, which its owner rules out.
    unsafe max(0, rd_kafka_consume_batch_queue(queue.pointer, milliseconds, room, maximum))
  }
}
