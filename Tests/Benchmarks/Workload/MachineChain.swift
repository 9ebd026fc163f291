import Attribution
import Formats
import Stages

/// Intake, Journeys and, if something is watched, Insights, one behind the other on one thread,
/// without a log between them.
///
/// The machines do exactly what they do in the daemon; what the log adds, `kafka` measures.
struct MachineChain {
  /// CPU nanoseconds by phase, and what passed through.
  struct Account {
    var intake: Int64 = 0
    var journeys: Int64 = 0
    var insights: Int64 = 0
    var output: Int64 = 0
    var events = 0
    var forwarded = 0
    var conversions = 0
    var facts = 0
    var internalBytes = 0
    var outputBytes = 0
    /// A hash over everything that was forwarded and emitted: it changes if a faster way of doing
    /// the same is not the same.
    var fingerprint: UInt64 = 0

    var total: Int64 { intake + journeys + insights + output }
  }

  private(set) var account = Account()
  private(set) var journeys: [JourneyMachine]
  private(set) var intake: IntakeMachine
  private(set) var insights: [InsightsMachine] = []
  private var forwarded = OutgoingRecords()
  private var told = OutgoingRecords()
  private var output = OutgoingRecords()
  private var conversions: [AttributedConversion] = []
  private var json = JSONWriter()

  init(_ rules: RuleSet, watching plan: InsightsPlan? = nil, partitions: Int = 8) throws {
    var settings = IntakeMachine.Settings(
      format: .segment, rules: rules, journeysPartitions: partitions)
    settings.insights = plan
    intake = try IntakeMachine(settings)
    journeys = (0..<partitions).map { partition in
      JourneyMachine(
        rules: rules, partitions: partitions, insights: plan, partition: Int32(partition),
        insightsPartitions: partitions)
    }
    if let plan {
      insights = (0..<partitions).map { _ in InsightsMachine(rules: plan.rules) }
    }
  }

  /// Takes one batch through both stages, as the daemon would: phase after phase.
  mutating func process(_ range: Range<Int>, of events: EventBuffer) {
    forwarded.removeAll()
    account.intake += CPUTime.spent {
      events.forEach(in: range) { index, record in
        intake.step(
          record, topic: "events", partition: 0, offset: Int64(index), output: &forwarded)
      }
    }
    conversions.removeAll(keepingCapacity: true)
    told.removeAll()
    account.journeys += CPUTime.spent {
      stepJourneys(forwarded)
      if !insights.isEmpty {
        for index in journeys.indices { journeys[index].takeFacts(to: &told) }
      }
    }
    output.removeAll()
    account.insights += CPUTime.spent { stepInsights() }
    account.output += CPUTime.spent {
      for conversion in conversions {
        json.removeAll()
        conversion.write(emittedAt: conversion.occurredAt, to: &json)
        output.append(to: .conversions, key: Array(conversion.id.utf8), value: json.bytes)
      }
    }
    account.events += range.count
    account.forwarded += forwarded.count
    account.conversions += conversions.count
    account.facts = insights.reduce(0) { $0 + $1.counters.facts }
    account.internalBytes += forwarded.bytes.count + told.bytes.count
    account.outputBytes += output.bytes.count
    for bytes in [forwarded.bytes, output.bytes] {
      account.fingerprint = bytes.withUnsafeBytes {
        StableHash.fold64($0, seed: account.fingerprint)
      }
    }
  }

  private mutating func stepInsights() {
    told.forEach { record, _, value in
      guard record.destination == .insights, let partition = record.partition else {
        preconditionFailure("Journeys tells \(record.destination)")
      }
      let offset = insights[Int(partition)].nextOffset
      do {
        try insights[Int(partition)].step(value: value, offset: offset, output: &output)
      } catch {
        preconditionFailure("Insights cannot read what Journeys has told")
      }
    }
  }

  private mutating func stepJourneys(_ log: OutgoingRecords) {
    var moved = OutgoingRecords()
    log.forEach { record, key, value in
      guard record.destination == .journeys, let partition = record.partition else {
        preconditionFailure("the shop sends no garbage")
      }
      let offset = journeys[Int(partition)].nextOffset
      do {
        conversions += try journeys[Int(partition)].step(
          key: key, value: value, offset: offset, output: &moved)
      } catch {
        preconditionFailure("Intake forwarded what Journeys cannot read")
      }
    }
    if !moved.isEmpty { stepJourneys(moved) }
  }
}
