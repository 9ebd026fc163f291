import Attribution
import Formats
import Insights
import Simulation
import Stages
import Testing

/// The Insights stage over a log in memory: whatever crashes, what is committed is the same.
@Suite struct InsightsMachineTests {
  private static let start = EventTime(milliseconds: 1_772_668_800_000)

  private static var rules: InsightsRules {
    var learner = CreditLearner(.markov(order: 1))
    learner.fewestConversions = 20
    learner.fewestOthers = 20
    learner.interval = .hours(6)
    var shape = ReportShape(
      conversion: "purchase", dimensions: ["channel"], models: ["last_touch"])
    shape.learner = learner
    var rules = InsightsRules(
      funnels: [
        FunnelOutline(
          name: "checkout", steps: ["cart", "purchase"], dimensions: ["device"],
          within: .minutes(30))
      ],
      reports: [shape])
    rules.forgetInterval = .hours(6)
    rules.alerts.runbookURL = "https://wiki.example/{funnel}"
    return rules
  }

  /// What two partitions of the journeys log say, in turns, so many minutes in a record: people at a
  /// funnel that breaks for some hours on the second day, purchases, paths.
  private static func log(hours: Int, minutesPerRecord: Int, seed: UInt64) -> [[UInt8]] {
    var dice = SeededGenerator(seed: seed)
    var log: [[UInt8]] = []
    for first in stride(from: 0, to: hours * 60, by: minutesPerRecord) {
      for source in 0..<2 as Range<Int32> {
        var writer = InsightsRecordWriter(source: source)
        for minute in first..<first + minutesPerRecord {
          let now = start + .minutes(Int64(minute))
          writer.begin(minute: InsightsRecord.minute(of: now))
          let isBroken = (30 * 60..<33 * 60).contains(minute)
          for _ in 0..<dice.below(4) {
            write(at: now, isBroken: isBroken, isFirst: minute < 60, &dice, &writer)
          }
          writer.write(.quality(.init(.duplicates, bad: dice.below(3), of: 40)))
        }
        writer.finish { log.append(Array($0)) }
      }
    }
    return log
  }

  private static func write(
    at now: EventTime, isBroken: Bool, isFirst: Bool, _ dice: inout SeededGenerator,
    _ writer: inout InsightsRecordWriter
  ) {
    let device = dice.below(2) == 0 ? "ios" : "desktop"
    let channel = ["Email", "Search", "Direct"][dice.below(3)]
    writer.write(.funnel("checkout", .seen(step: 0)), count: 1 + dice.below(2))
    writer.write(
      .funnel(
        "checkout", .reached(StageReached(stage: 0, time: now, began: now, segments: [device]))))
    let isBuying = !isFirst && dice.chance(isBroken ? 0.05 : 0.5)
    guard isBuying else {
      return writer.write(.departure("purchase", Departure([channel, "Direct"], at: now)))
    }
    let began = now - .minutes(3)
    writer.write(
      .funnel(
        "checkout",
        .reached(
          StageReached(
            stage: 1, time: now, began: began, origin: .init(time: began, segments: [device]),
            segments: [device]))))
    let value = Amount(units: Int64(dice.below(9_000)), scale: 2)
    writer.write(
      .conversion(
        "purchase",
        ReportedConversion(
          id: "\(now.milliseconds)-\(writer.count)", time: now, value: value, currency: "EUR",
          touches: [.init(time: now - .hours(1), values: [channel])],
          credits: [.init(millionths: [1_000_000], values: [value])])))
  }

  /// What is committed: records as text of destination, key and value, and the changelog.
  private struct Committed {
    var output: [String] = []
    /// Lines of `output` before the end of the log.
    var outputBeforeEnd = 0
    var changelog: [(key: [UInt8], value: [UInt8]?)] = []
    var next: Int64 = 0

    mutating func commit(_ records: OutgoingRecords, next: Int64) {
      records.forEach { record, key, value in
        let key = key.map { Array($0) } ?? []
        let value = value.map { Array($0) }
        if record.destination == .insightsChangelog {
          changelog.append((key, value))
        } else {
          output.append(
            "\(record.destination) \(String(decoding: key, as: UTF8.self)) "
              + String(decoding: value ?? [], as: UTF8.self))
        }
      }
      self.next = next
    }

    func restored(_ rules: InsightsRules) throws -> InsightsMachine {
      var changelog = InsightsChangelog()
      for record in self.changelog {
        record.key.withUnsafeBytes { key in
          guard let value = record.value else { return changelog.add(key: key, value: nil) }
          value.withUnsafeBytes { changelog.add(key: key, value: $0) }
        }
      }
      var machine = InsightsMachine(rules: rules, journeysPartitions: 3, emitsFrom: next)
      try machine.restore(from: changelog)
      return machine
    }
  }

  /// Runs over the log; after the step numbers in `crashes` whatever is not committed is lost. A
  /// commit takes what `stepsPerCommit` steps have given; a checkpoint comes with those commits that
  /// end `stepsPerCheckpoint` steps.
  private func run(
    _ log: [[UInt8]], crashes: Set<Int> = [], stepsPerCommit: Int = 3, stepsPerCheckpoint: Int = 12
  ) throws -> Committed {
    var committed = Committed()
    var machine = InsightsMachine(rules: InsightsMachineTests.rules, journeysPartitions: 3)
    var pending = OutgoingRecords()
    var steps = 0
    while true {
      if machine.nextOffset < log.count {
        let offset = machine.nextOffset
        try log[Int(offset)].withUnsafeBytes {
          try machine.step(value: $0, offset: offset, output: &pending)
        }
      }
      let isLast = machine.nextOffset == log.count
      if steps % stepsPerCommit == stepsPerCommit - 1 || isLast {
        if (steps + 1) % stepsPerCheckpoint == 0 {
          machine.writeCheckpoint(partition: 0, to: &pending)
        }
        if machine.nextOffset >= machine.emitsFrom {
          committed.commit(pending, next: machine.nextOffset)
        }
        pending = OutgoingRecords()
      }
      if crashes.contains(steps) {
        pending = OutgoingRecords()
        machine = try committed.restored(InsightsMachineTests.rules)
      } else if isLast {
        break
      }
      steps += 1
    }
    committed.outputBeforeEnd = committed.output.count
    var last = OutgoingRecords()
    machine.finish(at: InsightsMachineTests.start + .days(2), output: &last)
    committed.commit(last, next: Int64(log.count))
    return committed
  }

  /// Has alerts, all about the one incident: the first fires, the last resolves.
  private static func hasIncident(_ lines: some Sequence<String>) -> Bool {
    let alerts = lines.filter { $0.hasPrefix("alerts ") }
    return alerts.first?.contains(#""status":"firing""#) ?? false
      && alerts.last?.contains(#""status":"resolved""#) ?? false
      && alerts.allSatisfy { $0.hasPrefix("alerts checkout/cart→purchase/conversion_drop ") }
  }

  @Test func `a crash after any step changes nothing that is committed`() throws {
    let log = InsightsMachineTests.log(hours: 38, minutesPerRecord: 4, seed: 5)
    let calm = try run(log)
    #expect(InsightsMachineTests.hasIncident(calm.output.prefix(calm.outputBeforeEnd)))
    let models = calm.output.count { $0.hasPrefix("models purchase ") }
    #expect(models > 3)
    // Every partition of the journeys log has to know.
    #expect(calm.output.count { $0.hasPrefix("journeys ") } == models * 3)
    #expect(calm.output.contains { $0.contains(#""schema":"afterclick/channel-report/v1""#) })
    #expect(calm.output.contains { $0.contains(#""schema":"afterclick/funnel-report/v1""#) })
    // While it breaks, is broken, and comes back.
    for step in stride(from: 30 * 30 - 5, to: log.count, by: 37) {
      let stormy = try run(log, crashes: [step], stepsPerCommit: 1 + step % 4)
      try #require(stormy.output == calm.output, "crash after step \(step)")
    }
    let short = Array(log.prefix(8))
    let quiet = try run(short)
    for step in short.indices {
      let stormy = try run(
        short, crashes: [step], stepsPerCommit: 1 + step % 4, stepsPerCheckpoint: 3)
      try #require(stormy.output == quiet.output, "crash after step \(step)")
    }
    let storm = try run(log, crashes: Set(stride(from: 2, to: 3_000, by: 29)))
    #expect(storm.output == calm.output)
  }

  /// Records that tell of an hour are a backlog's: what people did waits for its minute.
  @Test func `a crash while facts are held back changes nothing that is committed`() throws {
    let log = InsightsMachineTests.log(hours: 38, minutesPerRecord: 60, seed: 5)
    let calm = try run(log)
    #expect(InsightsMachineTests.hasIncident(calm.output))
    for step in stride(from: 2, to: log.count, by: 7) {
      let stormy = try run(log, crashes: [step], stepsPerCommit: 1 + step % 4)
      try #require(stormy.output == calm.output, "crash after step \(step)")
    }
    let storm = try run(log, crashes: Set(stride(from: 2, to: 200, by: 5)))
    #expect(storm.output == calm.output)
  }

  @Test func `time is that of the slowest partition that is worth waiting for`() throws {
    var machine = InsightsMachine(rules: InsightsMachineTests.rules)
    func tell(_ source: Int32, _ minutes: Int64) throws {
      var writer = InsightsRecordWriter(source: source)
      writer.begin(
        minute: InsightsRecord.minute(of: InsightsMachineTests.start + .minutes(minutes)))
      var output = OutgoingRecords()
      var bytes: [UInt8] = []
      writer.finish { bytes = Array($0) }
      try bytes.withUnsafeBytes {
        try machine.step(value: $0, offset: machine.nextOffset, output: &output)
      }
    }
    func minutes() -> Int64 { (machine.time - InsightsMachineTests.start).milliseconds / 60_000 }
    try tell(0, 10)
    try tell(1, 5)
    #expect(minutes() == 10, "time never goes back")
    try tell(0, 40)
    #expect(minutes() == 10)
    try tell(1, 30)
    #expect(minutes() == 30)
    try tell(0, 90)
    #expect(minutes() == 30, "an hour behind is waited for")
    try tell(0, 91)
    #expect(minutes() == 91)
    try tell(1, 92)
    #expect(minutes() == 91)
  }

  @Test func `what is not ours is refused as a whole and counted`() throws {
    let record = InsightsMachineTests.log(hours: 1, minutesPerRecord: 60, seed: 9)[0]
    var machine = InsightsMachine(rules: InsightsMachineTests.rules)
    var output = OutgoingRecords()
    var refused = 0
    for length in 0..<record.count {
      record[..<length].withUnsafeBytes { bytes in
        do {
          try machine.step(value: bytes, offset: machine.nextOffset, output: &output)
        } catch {
          refused += 1
        }
      }
    }
    #expect(refused > record.count * 9 / 10)
    #expect(machine.counters.malformed == refused)
    #expect(throws: ByteReader.Malformed.self) {
      try machine.step(value: nil, offset: machine.nextOffset, output: &output)
    }
  }

  @Test func `facts in another shape than the rules' are counted, and nothing else`() throws {
    var rules = InsightsMachineTests.rules
    rules.funnels[0].dimensions = ["device", "country"]
    rules.reports[0].dimensions = ["channel", "campaign"]
    var machine = InsightsMachine(rules: rules)
    var output = OutgoingRecords()
    for record in InsightsMachineTests.log(hours: 1, minutesPerRecord: 60, seed: 9) {
      try record.withUnsafeBytes {
        try machine.step(value: $0, offset: machine.nextOffset, output: &output)
      }
    }
    #expect(machine.counters.unknownFacts > 100 && machine.counters.malformed == 0)
  }

  @Test func `a checkpoint without one of its pieces is no checkpoint`() throws {
    var machine = InsightsMachine(rules: InsightsMachineTests.rules)
    var output = OutgoingRecords()
    for record in InsightsMachineTests.log(hours: 2, minutesPerRecord: 60, seed: 3) {
      try record.withUnsafeBytes {
        try machine.step(value: $0, offset: machine.nextOffset, output: &output)
      }
    }
    output = OutgoingRecords()
    let size = machine.writeCheckpoint(partition: 4, to: &output)
    #expect(size > 0 && output.count == 6 && !machine.needsCheckpoint)
    #expect(output.records.allSatisfy { $0.partition == 4 })
    for missing in 0..<6 {
      var changelog = InsightsChangelog()
      var number = 0
      output.forEach { _, key, value in
        if let key, number != missing { changelog.add(key: key, value: value) }
        number += 1
      }
      var restored = InsightsMachine(rules: InsightsMachineTests.rules)
      if missing == 5 {
        try restored.restore(from: changelog)
        #expect(restored.nextOffset == 0 && !changelog.hasCheckpoint)
      } else {
        #expect(throws: ByteReader.Malformed.self) { try restored.restore(from: changelog) }
      }
    }
  }
}
