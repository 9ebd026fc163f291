internal import Attribution
internal import Formats
internal import Insights

/// Gathers what one partition of the journeys log has to tell Insights, minute by minute of its
/// stream time, for every partition of the insights log.
///
/// Counts of one minute are added up: what many events say alike is said once.
struct FactLog: Sendable {
  private let plan: InsightsPlan
  /// Partitions of the insights log for each funnel, each report, and data quality.
  private let funnelPartitions: [Int]
  private let reportPartitions: [Int]
  private let qualityPartition: Int
  private let dimensions: [[ReportDimension]]

  private var writers: [InsightsRecordWriter]
  /// Records that have become too long to go on.
  private var full: [(partition: Int, bytes: [UInt8])] = []
  private var minute: Int64?
  /// By the minute in which they were, funnel and step.
  private var seen: [Int64: [[Int]]] = [:]
  private var quality = [(bad: Int, all: Int)](
    repeating: (0, 0), count: QualityWatch.Measure.allCases.count)
  /// By the beginning of their week: people who came for the first time.
  private var acquired: [EventTime: Int] = [:]
  private var hasCounts = false

  init(_ plan: InsightsPlan, source: Int32, partitions: Int) {
    self.plan = plan
    writers = (0..<partitions).map { _ in InsightsRecordWriter(source: source) }
    let place = { (fact: InsightsFact) in
      InsightsPlan.partition(ofSubject: fact.subject, of: partitions)
    }
    funnelPartitions = plan.funnels.map { place(.funnel($0.shape.name, .seen(step: 0))) }
    reportPartitions = plan.reports.map {
      place(.departure($0.conversion, Departure([], at: .distantPast)))
    }
    qualityPartition = place(.quality(.init(.direct, bad: 0, of: 0)))
    dimensions = plan.reports.map { $0.values.map { ReportDimension(named: $0) } }
  }

  /// From here on stream time is `time`.
  mutating func note(_ time: EventTime) {
    guard time.isWritable else { return }
    let minute = InsightsRecord.minute(of: time)
    guard minute != self.minute else { return }
    endMinute()
    self.minute = minute
    for index in writers.indices { writers[index].begin(minute: minute) }
  }

  /// There was an event of this step at `time`, which may be before the minute at hand.
  mutating func addSeen(step: Int, ofFunnel funnel: Int, at time: EventTime) {
    seen[
      InsightsRecord.minute(of: time), default: plan.funnels.map { $0.steps.map { _ in 0 } }][
        funnel][step] += 1
    hasCounts = true
  }

  mutating func add(_ fact: FunnelFact, ofFunnel funnel: Int) {
    write(.funnel(plan.funnels[funnel].shape.name, fact), to: funnelPartitions[funnel])
  }

  mutating func add(_ measure: QualityWatch.Measure, isBad: Bool) {
    quality[measure.rawValue].all += 1
    if isBad { quality[measure.rawValue].bad += 1 }
    hasCounts = true
  }

  /// Somebody came for the first time; or, with a `count` of −1, did not.
  mutating func addAcquired(at time: EventTime, count: Int) {
    acquired[CohortTable.start(of: time), default: 0] += count
    hasCounts = true
  }

  /// Says a conversion as it was emitted, by somebody who first came at `acquired` and of
  /// whom it `isFirst`.
  mutating func add(_ conversion: AttributedConversion, acquired: EventTime?, isFirst: Bool) {
    if conversion.revision == 1, conversion.status != .retracted {
      add(.unattributed, isBad: conversion.status == .unattributed)
      if let last = conversion.path.touchpoints.last {
        add(.direct, isBad: last.shared.profile.channel == "Direct")
      }
    }
    guard let index = plan.reports.firstIndex(where: { $0.conversion == conversion.rule }) else {
      return
    }
    let dimensions = dimensions[index]
    let touchpoints = conversion.path.touchpoints
    let reported = ReportedConversion(
      id: conversion.id, revision: conversion.revision, time: conversion.occurredAt,
      value: conversion.value, currency: conversion.currency,
      touches: touchpoints.map { touchpoint in
        .init(
          time: touchpoint.time,
          values: dimensions.map { $0.value(of: touchpoint, acquired: acquired) })
      },
      credits: conversion.own.models.map { model in
        .init(
          // Parts of one conversion, so that rows add up to it.
          millionths: Amount(units: 1_000_000, scale: 6).shared(by: model.credits).map(\.units),
          values: model.values)
      },
      isRetracted: conversion.status == .retracted, acquired: acquired, isFirst: isFirst)
    write(.conversion(conversion.rule, reported), to: reportPartitions[index])
  }

  /// Says that somebody met what is on `path`, the last of it at `time`, and has not converted.
  mutating func addDeparture(_ path: Path, at time: EventTime, ofReport index: Int) {
    let channels = path.touchpoints.map { $0.shared.profile.channel }
    write(
      .departure(plan.reports[index].conversion, Departure(channels, at: time)),
      to: reportPartitions[index])
  }

  /// Says that a conversion was erased, at stream time `time`.
  mutating func addErasure(ofConversion id: String, at time: EventTime) {
    for (index, shape) in plan.reports.enumerated() where id.hasPrefix("\(shape.conversion):") {
      let reported = ReportedConversion(
        id: id, revision: .max, time: time, touches: [], credits: [], isRetracted: true)
      write(.conversion(shape.conversion, reported), to: reportPartitions[index])
    }
  }

  /// Of the minute at hand unless it says of which.
  private mutating func write(
    _ fact: InsightsFact, count: Int = 1, to partition: Int, minute earlier: Int64? = nil
  ) {
    guard let minute else { preconditionFailure("a fact before any time") }
    writers[partition].begin(minute: min(earlier ?? minute, minute))
    writers[partition].write(fact, count: count)
    if writers[partition].count >= InsightsRecordWriter.recordBytes { end(partition) }
  }

  private mutating func end(_ partition: Int) {
    var bytes: [UInt8] = []
    writers[partition].finish { bytes = Array($0) }
    full.append((partition, bytes))
  }

  /// Says what was only counted.
  private mutating func endMinute() {
    guard hasCounts, minute != nil else { return }
    hasCounts = false
    saySeen()
    for measure in QualityWatch.Measure.allCases where quality[measure.rawValue].all > 0 {
      let (bad, all) = quality[measure.rawValue]
      write(.quality(.init(measure, bad: bad, of: all)), to: qualityPartition)
      quality[measure.rawValue] = (0, 0)
    }
    sayAcquired()
  }

  private mutating func saySeen() {
    for (minute, counts) in seen.sorted(by: { $0.key < $1.key }) {
      for (funnel, counts) in counts.enumerated() {
        for (step, count) in counts.enumerated() where count > 0 {
          write(
            .funnel(plan.funnels[funnel].shape.name, .seen(step: step)), count: count,
            to: funnelPartitions[funnel], minute: minute)
        }
      }
    }
    seen.removeAll(keepingCapacity: true)
  }

  private mutating func sayAcquired() {
    for (week, count) in acquired.sorted(by: { $0.key < $1.key }) where count != 0 {
      for (index, shape) in plan.reports.enumerated() where shape.isReported {
        write(.acquired(shape.conversion, at: week, count: count), to: reportPartitions[index])
      }
    }
    acquired.removeAll(keepingCapacity: true)
  }

  /// Appends everything gathered as records.
  mutating func finish(to output: inout OutgoingRecords) {
    endMinute()
    for partition in writers.indices where !writers[partition].isEmpty { end(partition) }
    for record in full {
      record.bytes.withUnsafeBytes {
        output.append(to: .insights, partition: Int32(record.partition), key: nil, value: $0)
      }
    }
    full.removeAll()
  }
}
