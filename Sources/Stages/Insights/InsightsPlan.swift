package import Attribution
package import Insights

/// What a configuration says is to be watched and reported: what Intake looks for, what Journeys
/// follows, and what Insights counts.
package struct InsightsPlan: Sendable {
  /// A funnel with the conditions of its steps.
  package struct Funnel: Sendable {
    package var shape: FunnelShape
    /// In the order of the shape's steps.
    package var steps: [EventRule]
    /// Events that drop an attempt.
    package var exclude: [EventRule]
    /// Where the values of the shape's dimensions come from, in their order.
    package var segments: [Segment]

    package init(
      shape: FunnelShape, steps: [EventRule], exclude: [EventRule], segments: [Segment]
    ) {
      precondition(steps.count == shape.steps.count, "\(steps.count) conditions of \(shape)")
      precondition(segments.count == shape.dimensions.count, "\(segments.count) of \(shape)")
      self.shape = shape
      self.steps = steps
      self.exclude = exclude
      self.segments = segments
    }
  }

  /// Which events say what was spent on one value of a dimension.
  package struct Spend: Sendable {
    package var when: EventRule
    /// Name of a dimension of reports.
    package var dimension: String
    package var value: FieldIndex
    package var cost: FieldIndex
    package var currency: ConversionRule.CurrencySource
    /// How often the advertisement was clicked.
    package var clicks: FieldIndex?
    /// Together they say what it is about: what comes later about the same stands.
    package var key: [FieldIndex]

    package init(
      when: EventRule, dimension: String, value: FieldIndex, cost: FieldIndex,
      currency: ConversionRule.CurrencySource = .none, clicks: FieldIndex? = nil,
      key: [FieldIndex]
    ) {
      precondition(!key.isEmpty, "spend without a key")
      self.when = when
      self.dimension = dimension
      self.value = value
      self.cost = cost
      self.currency = currency
      self.clicks = clicks
      self.key = key
    }
  }

  /// Where the value of a dimension comes from.
  package enum Segment: Hashable, Sendable {
    case dimension(Dimension)
    case field(FieldIndex)
  }

  package var funnels: [Funnel]
  /// What is reported of each conversion rule; names of dimensions are those of `Dimension`.
  package var reports: [ReportShape]
  package var alerts: AlertSettings
  /// Ordered: the first match says what an event is about.
  package var spend: [Spend]

  package init(
    funnels: [Funnel] = [], reports: [ReportShape] = [], alerts: AlertSettings = AlertSettings(),
    spend: [Spend] = []
  ) {
    self.spend = spend
    self.funnels = funnels
    self.reports = reports
    self.alerts = alerts
  }

  /// The place of the funnel of that name, if there is one.
  package func index(ofFunnel name: String) -> Int? {
    funnels.indices.first { funnels[$0].shape.name == name }
  }

  /// What the Insights stage has to know.
  package var rules: InsightsRules {
    InsightsRules(funnels: funnels.map(\.shape.outline), reports: reports, alerts: alerts)
  }

  /// Which partition of the insights log, of `count`, everything about a subject goes to.
  package static func partition(ofSubject subject: String, of count: Int) -> Int {
    Array(subject.utf8).withUnsafeBytes { JourneyKey(person: $0).partition(of: count) }
  }
}
