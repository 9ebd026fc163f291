package import Attribution

/// What a board holds that people want to see at a glance: open alerts, how funnels are doing, and
/// what channels assist. Whatever is watched, it is no larger than its limits.
package struct InsightsOverview: Hashable, Sendable {
  /// One step of a funnel, of everybody, in the last hour.
  package struct Step: Hashable, Sendable {
    package var name: String
    /// How many came to it.
    package var reached: Double
    /// How many come for each that is expected; `nil` for the first step, and where nobody is due.
    package var ratio: Double?
    /// Completions for each that took the step before, as seen and as usual.
    package var rate: Double?
    package var usualRate: Double?
    /// `ratio` over time, the oldest first; `nil` where too few were due to say.
    package var history: [Double?]
  }

  package struct Funnel: Hashable, Sendable {
    package var name: String
    package var steps: [Step]
    /// Whether it is too early to judge it.
    package var isYoung: Bool
    /// How long the hour really is: sixty bins.
    package var span: TimeSpan
  }

  /// What one channel did for one conversion rule in the window that is open.
  package struct Channel: Hashable, Sendable {
    package var name: String
    package var conversions: Int
    package var assisted: Int
    package var lastTouch: Int
  }

  package struct Report: Hashable, Sendable {
    package var conversion: String
    package var window: EventTime
    /// Those with the most conversions first.
    package var channels: [Channel]
  }

  /// The most severe first, then by what they cost.
  package var alerts: [Alert] = []
  /// The last that were resolved, the newest first.
  package var closedAlerts: [Alert] = []
  package var funnels: [Funnel] = []
  package var reports: [Report] = []
  /// How many of each are left out.
  package var moreAlerts = 0
  package var moreFunnels = 0

  package static let maximumAlerts = 50
  package static let maximumClosedAlerts = 5
  package static let maximumFunnels = 16
  package static let maximumSteps = 12
  package static let maximumReports = 4
  package static let maximumChannels = 12
  /// Points of a step's history, and bins of each.
  package static let historyPoints = 40
  package static let binsPerPoint: Int64 = 3
  /// Arrivals that have to be due for a ratio to say anything.
  static let fewestDue = 2.0
  /// Bins of what is shown as the last hour.
  static let recentBins: Int64 = 60

  package init() {}

  /// Adds what another partition has to say.
  package mutating func add(_ other: InsightsOverview) {
    let alerts = InsightsOverview.sorted(alerts + other.alerts)
    let funnels = (funnels + other.funnels).sorted { $0.name < $1.name }
    self.alerts = Array(alerts.prefix(InsightsOverview.maximumAlerts))
    closedAlerts = Array(
      (closedAlerts + other.closedAlerts)
        .sorted { ($1.updatedAt, $0.id) < ($0.updatedAt, $1.id) }
        .prefix(InsightsOverview.maximumClosedAlerts))
    self.funnels = Array(funnels.prefix(InsightsOverview.maximumFunnels))
    reports = Array(
      (reports + other.reports).sorted { $0.conversion < $1.conversion }
        .prefix(InsightsOverview.maximumReports))
    moreAlerts += other.moreAlerts + alerts.count - self.alerts.count
    moreFunnels += other.moreFunnels + funnels.count - self.funnels.count
  }

  static func sorted(_ alerts: [Alert]) -> [Alert] {
    alerts.sorted { left, right in
      if left.severity != right.severity { return left.severity > right.severity }
      let losses = (left.impact.lostConversions, right.impact.lostConversions)
      return losses.0 == losses.1 ? left.id < right.id : losses.0 > losses.1
    }
  }
}
