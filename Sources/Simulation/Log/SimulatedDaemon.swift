package import Attribution
internal import Formats
package import Stages

/// One instance of the daemon over logs in memory: the machines, without threads, clocks or chance.
///
/// It does what the daemon's workers do, one small step after the other, and a fault plan can strike
/// after every step: batches are handed over, handoffs commit in order and as a whole, checkpoints
/// are written in slices among them, local copies follow what is committed.
package struct SimulatedDaemon {
  package struct Settings: Sendable {
    package var rules: RuleSet
    package var partitions = 1
    /// Records in one batch, drawn anew for each.
    package var batch: ClosedRange<Int64> = 1...7
    /// Rounds of steps from one checkpoint to the next.
    package var roundsPerCheckpoint = 4
    package var checkpointSlice = 2
    package var expirySlice = 3
    /// Rounds that gather in one transaction.
    package var roundsPerCommit = 2
    /// A tick for every partition after the record at this offset of the first input.
    package var ticks: [Int: EventTime] = [:]
    /// A record for every partition of the journeys log, after that of the first input at this offset.
    package var broadcasts: [Int: [UInt8]] = [:]
    /// What is watched and reported, in an insights log of one partition; `nil` if nothing is.
    package var insights: InsightsPlan?

    package init(rules: RuleSet) {
      self.rules = rules
    }
  }

  private enum Step {
    case intake(Int)
    case journeys(Int)
    case checkpoint(Int)
    case commit
    case copy(Int)
  }

  package private(set) var log: MemoryLog
  /// Steps taken so far.
  package private(set) var steps = 0
  package private(set) var machines: [JourneyMachine] = []

  private let settings: Settings
  package let inputs: [[TrafficRecord]]
  private let faults: FaultPlan
  private var generator: SeededGenerator
  private var intake: [IntakeMachine] = []
  private var inputPositions: [Int] = []
  private var pending: [MemoryHandoff] = []
  private var copies: [LocalCopy]
  /// Records of the changelog that each copy has taken over.
  private var copied: [Int]
  private var round = 0
  private var agenda: [Step] = []

  package init(
    _ settings: Settings, inputs: [[TrafficRecord]], faults: FaultPlan = FaultPlan(), seed: UInt64
  ) throws {
    self.settings = settings
    self.inputs = inputs
    self.faults = faults
    generator = SeededGenerator(seed: seed)
    log = MemoryLog(partitions: settings.partitions)
    copies = Array(repeating: LocalCopy(), count: settings.partitions)
    copied = Array(repeating: 0, count: settings.partitions)
    try start(from: .changelog)
  }

  /// Steps until everything is consumed and committed.
  package mutating func run() throws {
    while !isFinished { try step() }
  }

  package var isFinished: Bool {
    pending.isEmpty
      && inputs.indices.allSatisfy { log.committed[.input($0)] ?? 0 == inputs[$0].count }
      && machines.indices.allSatisfy { partition in
        let count = log.journeys[partition].count
        return log.committed[.journeys(partition)] ?? 0 == count
          && machines[partition].nextOffset == count
      }
  }

  /// Takes one step, and then what the plan has for it.
  package mutating func step() throws {
    if agenda.isEmpty { planRound() }
    perform(agenda.removeLast())
    let fault = faults.faults[steps]
    steps += 1
    switch fault {
    case .none: break
    case .compaction: log.journeys.indices.forEach { compact($0) }
    case .crash(let source): try start(from: source)
    case .release(let source):
      release()
      try start(from: source)
    }
  }

  private mutating func planRound() {
    var steps: [Step] = inputs.indices.map { .intake($0) }
    for partition in machines.indices {
      steps.append(.journeys(partition))
      steps.append(.checkpoint(partition))
    }
    if round % settings.roundsPerCommit == settings.roundsPerCommit - 1 {
      steps.append(.commit)
      for partition in machines.indices { steps.append(.copy(partition)) }
    }
    round += 1
    agenda = steps.reversed()
  }

  private mutating func perform(_ step: Step) {
    switch step {
    case .intake(let input): takeInput(input)
    case .journeys(let partition): takeJourneys(partition)
    case .checkpoint(let partition): writeCheckpoint(of: partition)
    case .commit:
      log.commit(pending)
      pending.removeAll()
    case .copy(let partition):
      copies[partition].apply(log.changelog[partition][copied[partition]...])
      copied[partition] = log.changelog[partition].count
    }
  }

  /// Compacts the changelog, once the copies have taken over what is about to be gone.
  package mutating func compact(_ partition: Int) {
    // The copies have to have what is about to be gone.
    perform(.copy(partition))
    log.compactChangelog(partition)
    copied[partition] = log.changelog[partition].count
  }
}

// Processing, as the daemon's partitions do it.
extension SimulatedDaemon {
  private mutating func takeInput(_ input: Int) {
    let start = inputPositions[input]
    let end = min(inputs[input].count, start + Int(generator.within(settings.batch)))
    guard start < end else { return }
    var output = OutgoingRecords()
    for offset in start..<end {
      inputs[input][offset].withInputRecord { record in
        intake[input].step(
          record, topic: "input", partition: Int32(input), offset: Int64(offset), output: &output)
      }
      guard input == 0 else { continue }
      let tick = settings.ticks[offset].map { JourneyLogRecord.bytes(ofTick: $0) }
      for value in [tick, settings.broadcasts[offset]].compactMap({ $0 }) {
        for partition in 0..<settings.partitions {
          value.withUnsafeBytes {
            output.append(to: .journeys, partition: Int32(partition), key: nil, value: $0)
          }
        }
      }
    }
    intake[input].takeFacts(to: &output)
    inputPositions[input] = end
    pending.append(
      MemoryHandoff(origin: .input(input), records: output, nextOffset: Int64(end)))
  }

  private mutating func takeJourneys(_ partition: Int) {
    let start = Int(machines[partition].nextOffset)
    let end = min(log.journeys[partition].count, start + Int(generator.within(settings.batch)))
    guard start < end else { return }
    var output = OutgoingRecords()
    for offset in start..<end { takeJourneyRecord(offset, of: partition, output: &output) }
    machines[partition].takeFacts(to: &output)
    machines[partition].expire(limit: settings.expirySlice)
    let isReplayed = Int64(end) <= machines[partition].emitsFrom
    pending.append(
      MemoryHandoff(
        origin: .journeys(partition), records: output, nextOffset: isReplayed ? nil : Int64(end)))
  }

  private mutating func takeJourneyRecord(
    _ offset: Int, of partition: Int, output: inout OutgoingRecords
  ) {
    let record = log.journeys[partition][offset]
    do {
      let conversions = try record.withBytes { key, value throws(ByteReader.Malformed) in
        try machines[partition].step(
          key: key, value: value, offset: Int64(offset), output: &output)
      }
      for conversion in conversions {
        var json = JSONWriter()
        conversion.write(emittedAt: machines[partition].streamTime, to: &json)
        output.append(to: .conversions, key: Array(conversion.id.utf8), value: json.bytes)
      }
    } catch {
      preconditionFailure("record \(offset) of journeys log \(partition) is malformed")
    }
  }

  private mutating func writeCheckpoint(of partition: Int) {
    if !machines[partition].isCheckpointing {
      guard round % settings.roundsPerCheckpoint == 0 else { return }
      machines[partition].beginCheckpoint()
    }
    writeSlice(of: partition)
  }

  private mutating func writeSlice(of partition: Int) {
    var output = OutgoingRecords()
    machines[partition].writeCheckpointSlice(
      limit: settings.checkpointSlice, partition: Int32(partition), to: &output)
    pending.append(
      MemoryHandoff(origin: .journeys(partition), records: output, nextOffset: nil))
  }
}

// Ends and beginnings.
extension SimulatedDaemon {
  /// Commits and saves everything, as when partitions are given back.
  package mutating func release() {
    for partition in machines.indices {
      while machines[partition].isCheckpointing { writeSlice(of: partition) }
      guard machines[partition].changedCount > 0 else { continue }
      machines[partition].beginCheckpoint()
      while machines[partition].isCheckpointing { writeSlice(of: partition) }
    }
    perform(.commit)
    for partition in machines.indices { perform(.copy(partition)) }
  }

  private mutating func start(from source: FaultPlan.RestoreSource) throws {
    pending.removeAll()
    agenda.removeAll()
    intake = try inputs.map { _ in
      var intake = IntakeMachine.Settings(
        format: .segment, rules: settings.rules, journeysPartitions: settings.partitions)
      intake.insights = settings.insights
      return try IntakeMachine(intake)
    }
    inputPositions = inputs.indices.map { Int(log.committed[.input($0)] ?? 0) }
    machines = try (0..<settings.partitions).map { try restore($0, from: source) }
  }

  private mutating func restore(
    _ partition: Int, from source: FaultPlan.RestoreSource
  ) throws -> JourneyMachine {
    let emitsFrom = log.committed[.journeys(partition)] ?? 0
    if source == .staleCopy { copies[partition].forgetLastCheckpoint() }
    // A copy that stayed behind never gets what it missed: what follows is replayed and saved anew.
    copied[partition] = log.changelog[partition].count
    if source != .changelog,
      let machine = try JourneyMachine.restored(
        from: copies[partition].contents, isWhole: false, rules: settings.rules,
        partitions: settings.partitions, emitsFrom: emitsFrom, insights: settings.insights,
        partition: partition)
    {
      return machine
    }
    copies[partition].replace(by: log.changelog[partition])
    let restored = try JourneyMachine.restored(
      from: log.changelog[partition], isWhole: true, rules: settings.rules,
      partitions: settings.partitions, emitsFrom: emitsFrom, insights: settings.insights,
      partition: partition)
    guard let restored else { preconditionFailure("a whole changelog always gives a machine") }
    return restored
  }
}
