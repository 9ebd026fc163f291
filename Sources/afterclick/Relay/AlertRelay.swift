import Attribution
import Kafka
import KafkaTransport
import Logging
import Operations
import Pipeline

/// Tells Alertmanager and PagerDuty of every change of an alert, as a reader of the alerts topic.
///
/// Its consumer group lets one instance at a time do it. The topic is compacted and small, so it is
/// read from its beginning: what is before the committed offset was told in an earlier life, and
/// only what still fires has to be told again. An offset is committed when everything before it was
/// taken, so nothing is lost while a receiver is away, or this process.
actor AlertRelay {
  private var consumer: KafkaConsumer
  private let client: RelayClient
  private let receivers: Set<RelayReceiver>
  private let monitor: PipelineMonitor
  private let logger: Logger
  private let executor: ThreadExecutor
  private var ledger: RelayLedger
  /// Records before these were told in an earlier life; of the first life, what is over is not news.
  private var settledBefore: [Int32: Int64] = [:]
  private var isFirstLife: Set<Int32> = []
  private var committed: [Int32: Int64] = [:]
  private let topic: String

  private static let patience: Duration = .seconds(10)
  private static let attention: Duration = .milliseconds(200)
  /// Of failures in a row, the first and every so many are worth a line.
  private static let failuresPerLine = 10

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  init(
    _ settings: RelaySettings, _ kafka: KafkaConfiguration, application: String, topic: String,
    monitor: PipelineMonitor, logger: Logger
  ) throws(KafkaError) {
    var configuration = kafka
    configuration["group.id"] = "\(application).relay"
    configuration["client.id"] = "afterclick-relay"
    configuration["isolation.level"] = "read_committed"
    configuration["auto.offset.reset"] = "earliest"
    consumer = try KafkaConsumer(configuration)
    try consumer.subscribe([topic])
    client = RelayClient(settings, application: application)
    receivers = settings.receivers
    let resend = settings.alertmanager?.resend.milliseconds ?? 60_000
    ledger = RelayLedger(receivers: receivers, resend: .milliseconds(resend))
    executor = ThreadExecutor(name: "relay")
    self.topic = topic
    self.monitor = monitor
    self.logger = logger
  }

  /// Goes on until cancelled; whatever fails, it starts over with a consumer of its own.
  static func keepRunning(
    _ configuration: Configuration, monitor: PipelineMonitor, logger: Logger
  ) async {
    guard let settings = configuration.relay else { return }
    let kafka = Composition(configuration: configuration).kafka
    var policy = RestartPolicy()
    while !Task.isCancelled {
      let start = ContinuousClock.now
      do throws(KafkaError) {
        let relay = try AlertRelay(
          settings, kafka.properties, application: configuration.applicationID,
          topic: configuration.outputs.alerts, monitor: monitor, logger: logger)
        try await relay.run()
      } catch {
        let lifetime = ContinuousClock.now - start
        guard
          case .restart(let pause) = policy.failed(
            with: .transport(operation: "relaying alerts", reason: "\(error)"), after: lifetime)
        else { return }
        logger.warning(
          "the relay of alerts failed; it starts over",
          metadata: ["reason": "\(error)", "pause": "\(pause)"])
        do {
          try await Task.sleep(for: pause)
        } catch {
          return
        }
      }
    }
  }

  private func run() async throws(KafkaError) {
    while !Task.isCancelled {
      try answerSignals()
      // Only the last state of an alert is told, so everything there is comes first.
      if try !read() {
        await deliver()
        try commit()
      }
      monitor.owe(
        Dictionary(uniqueKeysWithValues: ledger.owed.map { ($0.key.rawValue, $0.value) }))
      await Task.yield()
    }
    try commit()
    try consumer.close(timeout: AlertRelay.patience)
  }

  private func answerSignals() throws(KafkaError) {
    while let signal = consumer.pollSignal(timeout: .zero) {
      switch signal {
      case .assigned(let partitions): try begin(partitions)
      case .revoked(let partitions, let lost):
        if !lost { try commit() }
        for partition in partitions { ledger.forget(partition.partition) }
        try consumer.confirmRevoked(partitions)
      case .error(let error): if error.isFatal { throw error }
      case .log, .statistics, .offsetsCommitted: continue
      }
    }
  }

  private func begin(_ partitions: [TopicPartition]) throws(KafkaError) {
    let offsets =
      partitions.isEmpty
      ? [:] : try consumer.committed(partitions, timeout: AlertRelay.patience)
    for partition in partitions {
      ledger.begin(partition.partition)
      committed[partition.partition] = offsets[partition]
      isFirstLife.remove(partition.partition)
      if let offset = offsets[partition] {
        settledBefore[partition.partition] = offset
      } else {
        isFirstLife.insert(partition.partition)
        settledBefore[partition.partition] =
          try consumer.watermarks(of: partition, timeout: AlertRelay.patience).high
      }
    }
    try consumer.confirmAssigned(partitions.map { PartitionStart($0, .beginning) })
    if !partitions.isEmpty {
      let names = receivers.map(\.rawValue).sorted().joined(separator: ", ")
      logger.info("relaying alerts", metadata: ["to": "\(names)"])
    }
  }

  /// Returns whether there was something to read.
  private func read() throws(KafkaError) -> Bool {
    let fetched = consumer.pollRecords(maximum: 1_000, timeout: AlertRelay.attention)
    var isSome = false
    for part in fetched {
      switch part {
      case .records(let batch):
        isSome = true
        let number = batch.partition.partition
        batch.forEach { record in
          note(record.value, at: .init(partition: number, offset: record.offset))
        }
        ledger.advance(number, to: batch.nextOffset)
      case .endOfPartition: continue
      case .failed(_, let error): if error.isFatal { throw error }
      }
    }
    return isSome
  }

  private func note(_ value: UnsafeRawBufferPointer?, at place: RelayLedger.Place) {
    guard let value else { return }
    do throws(RelayedAlert.Unreadable) {
      let alert = try RelayedAlert(json: value)
      let isBefore = place.offset < settledBefore[place.partition] ?? 0
      // When the relay is new, what fires is news to everybody, and what is over to nobody.
      let isSettled = isBefore && (alert.isResolved || !isFirstLife.contains(place.partition))
      ledger.note(alert, at: place, isSettled: isSettled)
    } catch {
      logger.error(
        "a record of the alerts topic cannot be read and is not relayed",
        metadata: ["partition": "\(topic)/\(place.partition)", "offset": "\(place.offset)"])
    }
  }

  private func deliver() async {
    for receiver in RelayReceiver.allCases where receivers.contains(receiver) {
      while !Task.isCancelled {
        let due = ledger.due(for: receiver, at: .now)
        guard !due.isEmpty else { break }
        let (count, answer) = await client.send(due, to: receiver)
        guard settle(Array(due.prefix(count)), with: receiver, answer) else { break }
      }
    }
  }

  /// Returns whether more may be sent.
  private func settle(
    _ messages: [RelayLedger.Message], with receiver: RelayReceiver, _ answer: RelayClient.Answer
  ) -> Bool {
    let now = ContinuousClock.now
    switch answer {
    case .accepted:
      if ledger.settled(messages, with: receiver, at: now) {
        logger.info("alerts are relayed again", metadata: ["to": "\(receiver.rawValue)"])
      }
      return true
    case .refused(let reason):
      logger.error(
        "an alert is refused and not relayed",
        metadata: [
          "to": "\(receiver.rawValue)", "alert": "\(messages[0].alert.id)", "reason": "\(reason)",
        ])
      _ = ledger.settled(messages, with: receiver, at: now)
      return true
    case .unavailable(let reason):
      let (pause, failures) = ledger.failed(receiver, at: now)
      if failures % AlertRelay.failuresPerLine == 1 {
        logger.warning(
          "alerts cannot be relayed; they wait",
          metadata: [
            "to": "\(receiver.rawValue)", "reason": "\(reason)", "pause": "\(pause)",
            "failures": "\(failures)",
          ])
      }
      return false
    }
  }

  /// Commits what has moved on. Reading begins anew in every life, committing does not.
  private func commit() throws(KafkaError) {
    let offsets = ledger.committable.filter { $0.value > committed[$0.key] ?? 0 }
    guard !offsets.isEmpty else { return }
    try consumer.commit(
      offsets.sorted { $0.key < $1.key }.map {
        TopicPartitionOffset(TopicPartition(topic, $0.key), offset: $0.value)
      }, timeout: AlertRelay.patience)
    for (partition, offset) in offsets { committed[partition] = offset }
  }
}
