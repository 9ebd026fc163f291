internal import Attribution
internal import Formats
internal import Insights

/// Counts of what has come and of what was wrong with it. They only grow.
struct InputQuality: Sendable {
  var events = 0
  /// Records, and events of batches, that are dead letters, and those of them that were no events.
  var rejected = 0
  var unreadable = 0
  var withoutConsent = 0
  var futureTimes = 0
}

/// Gathers what one partition of an input has to tell Insights, for every partition of its log: what
/// was spent, and how good the data is.
///
/// It is of no minute: an input does not say what time it is for everybody. It counts when it comes.
struct IntakeFacts: Sendable {
  private let plan: InsightsPlan
  private let reportPartitions: [Int]
  private let qualityPartition: Int
  private var writers: [InsightsRecordWriter]
  private var full: [(partition: Int, bytes: [UInt8])] = []

  init(_ plan: InsightsPlan, partitions: Int) {
    self.plan = plan
    writers = (0..<partitions).map { _ in InsightsRecordWriter(source: nil) }
    reportPartitions = plan.reports.map {
      let fact = InsightsFact.departure($0.conversion, Departure([], at: .distantPast))
      return InsightsPlan.partition(ofSubject: fact.subject, of: partitions)
    }
    let quality = InsightsFact.quality(.init(.deadLetters, bad: 0, of: 0))
    qualityPartition = InsightsPlan.partition(ofSubject: quality.subject, of: partitions)
  }

  /// Every report that knows the dimension has to know of it.
  mutating func add(_ spend: ReportedSpend, of dimension: String) {
    for (index, shape) in plan.reports.enumerated() {
      guard let place = shape.dimensions.firstIndex(of: dimension) else { continue }
      var spend = spend
      spend.dimension = place
      write(.spend(shape.conversion, spend), to: reportPartitions[index])
    }
  }

  /// What has come since `before`: of all records and events, so many were bad.
  mutating func add(from before: InputQuality, to now: InputQuality) {
    let events = now.events - before.events
    add(
      .deadLetters, bad: now.rejected - before.rejected,
      of: events + now.unreadable - before.unreadable)
    add(.missingConsent, bad: now.withoutConsent - before.withoutConsent, of: events)
    add(.clockSkew, bad: now.futureTimes - before.futureTimes, of: events)
  }

  private mutating func add(_ measure: QualityWatch.Measure, bad: Int, of all: Int) {
    guard all > 0 else { return }
    write(.quality(.init(measure, bad: bad, of: all)), to: qualityPartition)
  }

  private mutating func write(_ fact: InsightsFact, to partition: Int) {
    writers[partition].write(fact)
    if writers[partition].count >= InsightsRecordWriter.recordBytes { end(partition) }
  }

  private mutating func end(_ partition: Int) {
    var bytes: [UInt8] = []
    writers[partition].finish { bytes = Array($0) }
    full.append((partition, bytes))
  }

  /// Appends everything gathered as records.
  mutating func finish(to output: inout OutgoingRecords) {
    for partition in writers.indices where !writers[partition].isEmpty { end(partition) }
    for record in full {
      record.bytes.withUnsafeBytes {
        output.append(to: .insights, partition: Int32(record.partition), key: nil, value: $0)
      }
    }
    full.removeAll()
  }
}
