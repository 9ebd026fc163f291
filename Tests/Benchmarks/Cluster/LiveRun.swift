import Foundation
import Glibc
import Kafka

/// Sends live events at a steady rate and takes what comes of them, on one thread.
struct LiveRun: ~Copyable {
  /// What is waited for.
  enum Awaited {
    /// The daemon's conversions.
    case conversions
    /// The events themselves, as they come back from the broker: what nobody can be faster than.
    case events
  }

  private var producer: KafkaProducer
  private let topic: TopicHandle
  private var consumer: KafkaConsumer
  private var events: LiveEvents
  private let awaited: Awaited
  private let start = LiveRun.now
  private var sent = 0

  /// Nanoseconds since 1970.
  static var now: Int64 {
    var time = timespec()
    precondition(clock_gettime(CLOCK_REALTIME, &time) == 0, "there is no clock")
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  init(_ topics: BenchmarkTopics, people: Int, awaiting awaited: Awaited = .conversions) throws {
    var producer = try topics.producer()
    let topic = try producer.topic(topics.configuration.inputTopic)
    let read =
      switch awaited {
      case .conversions: topics.configuration.conversionsTopic
      case .events: topics.configuration.inputTopic
      }
    let consumer = try topics.reader(of: read, from: .beginning)
    self.producer = producer
    self.topic = topic
    self.consumer = consumer
    self.awaited = awaited
    events = LiveEvents(people: people)
  }

  /// One visit by a campaign for each of these people, as fast as the broker takes them.
  mutating func sendVisits(of people: Range<Int>) throws {
    for person in people {
      events.visit(of: person, nanoseconds: LiveRun.now)
      try send()
    }
    try producer.flush(timeout: .seconds(120))
  }

  /// Sends what is due at `rate` events a second, and calls `each` with the send time of everything
  /// that has come meanwhile and the time at which it came.
  mutating func turn(rate: Int, each: (_ sentAt: Int64, _ receivedAt: Int64) -> Void) throws {
    let due = Int(Double(LiveRun.now - start) / 1e9 * Double(rate))
    while sent < due {
      events.next(nanoseconds: LiveRun.now)
      try send()
      sent += 1
    }
    _ = producer.pollSignal()
    while consumer.pollSignal(timeout: .zero) != nil {}
    for fetched in consumer.pollRecords(maximum: 1_000, timeout: .milliseconds(1)) {
      guard case .records(let batch) = fetched else { continue }
      let received = LiveRun.now
      batch.forEach { record in
        if let sentAt = sendTime(of: record) { each(sentAt, received) }
      }
    }
  }

  private func sendTime(of record: borrowing KafkaRecord) -> Int64? {
    switch awaited {
    case .conversions: record.key.flatMap(LiveEvents.sendTime(inKey:))
    case .events: record.value.flatMap(LiveEvents.sendTime(inEvent:))
    }
  }

  /// Leaves out what would have been sent while nobody called `turn`.
  mutating func skipToNow(rate: Int) {
    sent = Int(Double(LiveRun.now - start) / 1e9 * Double(rate))
  }

  private mutating func send() throws {
    var (person, json) = (events.person, events.json)
    try person.withUTF8 { key in
      try json.withUTF8 { value in
        try producer.produce(
          topic: topic, key: UnsafeRawBufferPointer(key), value: UnsafeRawBufferPointer(value))
      }
    }
  }
}
