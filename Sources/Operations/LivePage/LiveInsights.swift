internal import Attribution
internal import Formats
internal import Insights

/// What the live page shows of funnels, alerts and reports: those that this instance watches.
struct LiveInsights: Encodable {
  struct Alert: Encodable {
    var id: String
    var kind: String
    var severity: String
    var summary: String
    var since: String
    /// Conversions; zero where nothing is lost.
    var lost: Double
    var value: Double?
    var currency: String?
    var suspects: [String]
    /// Where else it shows: `cart → payment`.
    var also: [String]
  }

  struct ClosedAlert: Encodable {
    var severity: String
    var summary: String
    var until: String
  }

  struct Step: Encodable {
    var name: String
    var reached: Int
    var ratio: Double?
    var rate: Double?
    var usual: Double?
    var history: [Double?]
  }

  struct Funnel: Encodable {
    var name: String
    var steps: [Step]
    var isYoung: Bool
    /// Minutes that the numbers are of.
    var minutes: Int64
  }

  struct Channel: Encodable {
    var name: String
    var conversions: Int
    var assisted: Int
    var last: Int
  }

  struct Report: Encodable {
    var conversion: String
    var since: String
    var channels: [Channel]
  }

  var alerts: [Alert]
  var moreAlerts: Int
  var closedAlerts: [ClosedAlert]
  var funnels: [Funnel]
  var moreFunnels: Int
  var reports: [Report]
  /// Partitions of the insights log that are here.
  var partitions: [Int32]

  /// Longer names and sentences are cut.
  static let maximumText = 80
  static let maximumSentence = 400

  init(_ overview: InsightsOverview, partitions: [Int32]) {
    self.partitions = partitions
    moreAlerts = overview.moreAlerts
    moreFunnels = overview.moreFunnels
    alerts = overview.alerts.map { alert in
      Alert(
        id: LiveInsights.cut(alert.id, LiveInsights.maximumSentence), kind: alert.kind.rawValue,
        severity: alert.severity.name,
        summary: LiveInsights.cut(alert.summary, LiveInsights.maximumSentence),
        since: LiveInsights.text(alert.startedAt),
        lost: LiveInsights.rounded(
          alert.impact.lostConversions, 1),
        value: alert.impact.lostValue.map { LiveInsights.rounded($0, 2) },
        currency: alert.impact.currency,
        suspects: alert.suspects.map { suspect in
          suspect.segments.map { LiveInsights.cut("\($0.dimension)=\($0.value)") }
            .joined(separator: " with ")
        },
        also: alert.also.map { other in
          LiveInsights.cut(other.nextStep.map { "\(other.step) → \($0)" } ?? other.step)
        })
    }
    closedAlerts = overview.closedAlerts.map { alert in
      ClosedAlert(
        severity: alert.severity.name,
        summary: LiveInsights.cut(alert.summary, LiveInsights.maximumSentence),
        until: LiveInsights.text(alert.updatedAt))
    }
    funnels = overview.funnels.map { funnel in
      Funnel(
        name: LiveInsights.cut(funnel.name), steps: funnel.steps.map(Step.init),
        isYoung: funnel.isYoung, minutes: funnel.span.milliseconds / 60_000)
    }
    reports = overview.reports.map { report in
      Report(
        conversion: LiveInsights.cut(report.conversion), since: LiveInsights.text(report.window),
        channels: report.channels.map {
          Channel(
            name: LiveInsights.cut($0.name), conversions: $0.conversions, assisted: $0.assisted,
            last: $0.lastTouch)
        })
    }
  }

  private static func cut(_ text: String, _ limit: Int = maximumText) -> String {
    text.count <= limit ? text : text.prefix(limit - 1) + "…"
  }

  private static func text(_ time: EventTime) -> String {
    var bytes: [UInt8] = []
    time.append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// As many decimals as anybody reads; what is not a number has none.
  fileprivate static func rounded(_ number: Double, _ decimals: Int) -> Double {
    guard number.isFinite else { return 0 }
    let scale = decimals == 1 ? 10.0 : decimals == 2 ? 100 : 1_000
    return (number * scale).rounded() / scale
  }
}

extension LiveInsights.Step {
  fileprivate init(_ step: InsightsOverview.Step) {
    name =
      step.name.count <= LiveInsights.maximumText
      ? step.name : step.name.prefix(LiveInsights.maximumText - 1) + "…"
    reached = Int(step.reached.rounded())
    ratio = step.ratio.map { LiveInsights.rounded($0, 3) }
    rate = step.rate.map { LiveInsights.rounded($0, 3) }
    usual = step.usualRate.map { LiveInsights.rounded($0, 3) }
    history = step.history.map { point in point.map { LiveInsights.rounded($0, 2) } }
  }
}
