import CRdKafka

/// The one queue on which the records of assigned partitions arrive, unless they are kept apart.
///
/// It keeps the room that polling needs, so that a poll allocates per partition, never per record.
@safe struct RecordsQueue: ~Copyable {
  typealias Message = UnsafeMutablePointer<rd_kafka_message_t>

  let queue: EventQueue
  private let client: ClientHandle
  private var room: UnsafeMutableBufferPointer<Message?>
  /// Whether the last poll, of whichever queue, has left nothing behind.
  private(set) var isDrained = false

  init(for client: ClientHandle) {
    queue = EventQueue(for: client)
    self.client = client
    unsafe room = .allocate(capacity: 0)
  }

  deinit { unsafe room.deallocate() }

  /// Waits up to the timeout for a first record, then takes what has arrived, up to the maximum.
  mutating func poll(maximum: Int, timeout: Duration) -> PolledRuns {
    unsafe poll(queue.pointer, maximum: maximum, timeout: timeout)
  }

  /// The same of the queue of one partition whose records do not arrive here.
  mutating func poll(
    _ apart: borrowing EventQueue, maximum: Int, timeout: Duration
  ) -> PolledRuns {
    unsafe poll(apart.pointer, maximum: maximum, timeout: timeout)
  }

  private mutating func poll(
    _ source: OpaquePointer, maximum: Int, timeout: Duration
  ) -> PolledRuns {
    precondition(maximum > 0, "a poll for \(maximum) records")
    if unsafe room.count < maximum {
      unsafe room.deallocate()
      unsafe room = .allocate(capacity: maximum)
      unsafe room.initialize(repeating: nil)
    }
    let count = unsafe receive(from: source, maximum: maximum, timeout: timeout)
    isDrained = count < maximum
    var runs = PolledRuns(client: client)
    for index in 0..<count { unsafe runs.append(room[index]!) }
    return runs
  }

  /// Fills the front of the room and returns how many messages there are.
  ///
  /// librdkafka's batch call waits until the batch is full or the timeout has passed: on a quiet
  /// topic that would delay every record by the timeout. So one call takes what is there; if there
  /// is nothing, a second waits for one record and a third takes those that came with it.
  private func receive(from source: OpaquePointer, maximum: Int, timeout: Duration) -> Int {
    let first = unsafe take(from: source, into: room.baseAddress, maximum, wait: 0)
    guard first == 0, timeout > .zero else { return first }
    let wait = timeout.milliseconds
    guard unsafe take(from: source, into: room.baseAddress, 1, wait: wait) == 1 else { return 0 }
    guard maximum > 1 else { return 1 }
    return unsafe 1 + take(from: source, into: room.baseAddress! + 1, maximum - 1, wait: 0)
  }

  private func take(
    from source: OpaquePointer, into room: UnsafeMutablePointer<Message?>?, _ maximum: Int,
    wait milliseconds: Int32
  ) -> Int {
    // A negative count means that the queue has no client any more, which its owner rules out.
    unsafe max(0, rd_kafka_consume_batch_queue(source, milliseconds, room, maximum))
  }
}
