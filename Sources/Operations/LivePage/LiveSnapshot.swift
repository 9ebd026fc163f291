internal import Formats
internal import Foundation
internal import Pipeline
internal import Stages

/// Everything that the live page is told at once, a second after the other.
struct LiveSnapshot: Encodable {
  struct Partition: Encodable {
    var topic: String
    var partition: Int32
    var state: String
    var lag: Int64?
    /// Records to read again.
    var remaining: Int64
  }

  var application: String
  var instance: String
  var version: String
  var reasons: [String]
  var records: Int
  var conversions: Int
  var unattributed: Int
  var revisions: Int
  var deadLetters: Int
  var journeys: Int
  var restarts: Int
  var lag: Int64
  /// Upper bounds in seconds, and how many records there were up to each of them and beyond, by
  /// stage: the page looks at what is new.
  var bounds = LatencyHistogram.bounds
  var latency: [String: [Int]]
  var partitions: [Partition]
  /// Partitions that are not listed.
  var morePartitions: Int
  /// Absent where no partition of the insights log is here.
  var insights: LiveInsights?
  /// Those that are new since the last snapshot, the oldest first.
  var news: [LiveConversion]

  /// Partitions that are listed.
  static let maximumPartitions = 512

  init(
    _ figures: PipelineFigures, _ name: InstanceName, news: [[UInt8]],
    at now: ContinuousClock.Instant
  ) {
    let (totals, all) = (figures.totals, figures.partitions)
    application = name.application
    instance = name.instance
    version = name.version
    reasons = HealthReport(figures, at: now).obstacles
    records = totals.intake.records
    conversions = totals.journeys.conversions
    unattributed = totals.journeys.unattributed
    revisions = totals.journeys.revisions
    deadLetters = totals.intake.rejected.values.reduce(totals.journeys.malformed, +)
    journeys = all.reduce(0) { $0 + $1.journeyCount }
    restarts = figures.restarts.values.reduce(0, +)
    // Where only one is missing, it is the end of a transaction: nothing is to be read.
    lag = all.compactMap(\.lag).filter { $0 > 1 }.reduce(0, +)
    latency = [:]
    for (stage, histogram) in figures.recordLatency { latency[stage.rawValue] = histogram.counts }
    partitions = all.prefix(LiveSnapshot.maximumPartitions).map { partition in
      Partition(
        topic: partition.partition.topic, partition: partition.partition.partition,
        state: LiveSnapshot.state(of: partition),
        lag: partition.lag, remaining: partition.replayRemaining)
    }
    morePartitions = all.count - partitions.count
    insights = figures.overview.map { overview in
      LiveInsights(
        overview, partitions: all.compactMap { $0.overview == nil ? nil : $0.partition.partition })
    }
    self.news = news.compactMap { LiveConversion($0) }
  }

  private static func state(of partition: WorkerStatus.Partition) -> String {
    if partition.isRestoring { return "restoring" }
    if partition.replayRemaining > 0 { return "replaying" }
    return partition.isAhead ? "ahead" : "live"
  }

  /// As a server-sent event: one line of JSON, in which a line break cannot occur.
  var event: String {
    do {
      let json = try JSONEncoder().encode(self)
      return "data: \(String(decoding: json, as: UTF8.self))\n\n"
    } catch {
      preconditionFailure("counts and texts are always JSON: \(error)")
    }
  }
}

/// Which daemon it is that speaks.
package struct InstanceName: Hashable, Sendable {
  package var application: String
  package var instance: String
  package var version: String

  package init(application: String, instance: String, version: String) {
    self.application = application
    self.instance = instance
    self.version = version
  }
}
