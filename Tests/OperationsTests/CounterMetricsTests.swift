import Formats
import Operations
import Pipeline
import Stages
import Testing

/// Whatever the machines count is on `/metrics`.
@Suite struct CounterMetricsTests {
  private static let intake: [(name: String, set: @Sendable (inout IntakeCounters, Int) -> Void)] =
    [
      ("records", { $0.records = $1 }), ("events", { $0.events = $1 }),
      ("forwarded", { $0.forwarded = $1 }), ("unmatched", { $0.unmatched = $1 }),
      ("screenedBots", { $0.screenedBots = $1 }),
      ("screenedPrefetches", { $0.screenedPrefetches = $1 }),
      ("screenedByRule", { $0.screenedByRule = $1 }), ("unidentified", { $0.unidentified = $1 }),
      ("withoutConsent", { $0.withoutConsent = $1 }),
      ("strippedConversions", { $0.strippedConversions = ["purchase": $1] }),
      ("erasures", { $0.erasures = $1 }), ("futureTimes", { $0.futureTimes = $1 }),
      ("spend", { $0.spend = $1 }),
      ("rejected", { $0.rejected = [.invalidJSON: $1] }),
    ]

  private static let journeys:
    [(name: String, set: @Sendable (inout JourneyCounters, Int) -> Void)] = [
      ("events", { $0.events = $1 }), ("duplicates", { $0.duplicates = $1 }),
      ("late", { $0.late = $1 }), ("tooLate", { $0.tooLate = $1 }),
      ("conversions", { $0.conversions = $1 }), ("unattributed", { $0.unattributed = $1 }),
      ("revisions", { $0.revisions = $1 }), ("repeatedReports", { $0.repeatedReports = $1 }),
      ("adjustments", { $0.adjustments = $1 }), ("unknownReports", { $0.unknownReports = $1 }),
      ("touchpointsOverLimit", { $0.touchpointsOverLimit = $1 }),
      ("expiredJourneys", { $0.expiredJourneys = $1 }), ("links", { $0.links = $1 }),
      ("eventsPassedOn", { $0.eventsPassedOn = $1 }), ("eventsMoved", { $0.eventsMoved = $1 }),
      ("devicesOverLimit", { $0.devicesOverLimit = $1 }),
      ("linksOverLimit", { $0.linksOverLimit = $1 }), ("heldOverLimit", { $0.heldOverLimit = $1 }),
      ("erasures", { $0.erasures = $1 }), ("eventsOfErased", { $0.eventsOfErased = $1 }),
      ("malformed", { $0.malformed = $1 }),
      ("funnelEventsOverLimit", { $0.funnelEventsOverLimit = $1 }),
    ]

  private static let insights:
    [(name: String, set: @Sendable (inout InsightsCounters, Int) -> Void)] =
      [
        ("records", { $0.records = $1 }), ("facts", { $0.facts = $1 }),
        ("unknownFacts", { $0.unknownFacts = $1 }), ("malformed", { $0.malformed = $1 }),
        ("alerts", { $0.alerts = $1 }), ("reportRows", { $0.reportRows = $1 }),
        ("weights", { $0.weights = $1 }),
      ]

  /// The values of all samples that the daemon serves with these counters, added to themselves.
  private func values(
    _ intake: IntakeCounters, _ journeys: JourneyCounters, _ insights: InsightsCounters
  ) -> Set<Substring> {
    let partitions = (0..<2).map { number in
      SampleFigures.partition("events", number) {
        $0.intake = intake
        $0.journeys = journeys
        $0.insights = insights
      }
    }
    let figures = SampleFigures.running(partitions)
    let report = MetricsReport(
      figures, health: HealthReport(figures, at: SampleFigures.now), process: ProcessFigures(),
      version: "1", startSeconds: 0)
    return Set(
      PrometheusText.text(of: report.families).split(separator: "\n").compactMap {
        $0.split(separator: " ").last
      })
  }

  @Test func `the tests know every counter`() {
    let intake = Mirror(reflecting: IntakeCounters()).children.compactMap(\.label)
    #expect(Set(Self.intake.map(\.name)) == Set(intake))
    let journeys = Mirror(reflecting: JourneyCounters()).children.compactMap(\.label)
    #expect(Set(Self.journeys.map(\.name)) == Set(journeys))
    let insights = Mirror(reflecting: InsightsCounters()).children.compactMap(\.label)
    #expect(Set(Self.insights.map(\.name)) == Set(insights))
  }

  @Test func `every counter is served, and adds up over partitions`() {
    var (intake, journeys, insights) = (IntakeCounters(), JourneyCounters(), InsightsCounters())
    var expected: [String: Int] = [:]
    for (number, counter) in Self.intake.enumerated() {
      counter.set(&intake, 1_000_000 + number)
      expected["intake.\(counter.name)"] = 2_000_000 + 2 * number
    }
    for (number, counter) in Self.journeys.enumerated() {
      counter.set(&journeys, 3_000_000 + number)
      expected["journeys.\(counter.name)"] = 6_000_000 + 2 * number
    }
    for (number, counter) in Self.insights.enumerated() {
      counter.set(&insights, 5_000_000 + number)
      expected["insights.\(counter.name)"] = 10_000_000 + 2 * number
    }
    let values = values(intake, journeys, insights)
    for (name, value) in expected {
      #expect(values.contains("\(value)"), "\(name) is not served, or is not added up")
    }
  }
}
