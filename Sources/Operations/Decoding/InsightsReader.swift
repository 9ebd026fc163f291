internal import Attribution
internal import Insights
internal import Stages

/// Reads what is to be watched and reported: `funnels`, `alerts` and `reports`.
enum InsightsReader {
  /// How long a funnel may take that does not say.
  private static let usualWithin = TimeSpan.days(1)
  private static let usualDimensions: [Dimension] = [.channel, .campaign]

  /// `nil` if nothing of it is configured.
  static func plan(
    in document: inout SectionReader, conversions: [ConversionRule],
    dimensions: [MappedDimension], relay: inout RelaySettings?
  ) -> InsightsPlan? {
    let funnels = funnels(in: &document, dimensions)
    // What learns has to see paths, though nobody asks for reports.
    let learned = conversions.filter { learner(of: $0) != nil }.map {
      shape(of: $0, dimensions: [], window: .days(1))
    }
    let isNeeded =
      funnels?.isEmpty == false || !learned.isEmpty
      || document.entries.contains { $0.key == "reports" }
    let alerts = alerts(in: &document, &relay, isNeeded: isNeeded)
    let reports = reports(in: &document, conversions, dimensions)
    let spend = SpendSection.rules(
      in: &document, dimensions: Set((reports ?? []).flatMap(\.dimensions)))
    guard let alerts else { return nil }
    return InsightsPlan(
      funnels: funnels ?? [], reports: reports ?? learned, alerts: alerts, spend: spend)
  }

  /// `nil` if nothing is said of alerts and `isNeeded` says that nothing else is watched.
  private static func alerts(
    in document: inout SectionReader, _ relay: inout RelaySettings?, isNeeded: Bool
  ) -> AlertSettings? {
    var section = document.section("alerts")
    guard isNeeded || !section.entries.isEmpty else { return nil }
    var alerts = AlertSettings()
    alerts.falseAlarmsPerWeek = section.value(
      "false_alarms_per_week", default: alerts.falseAlarmsPerWeek, shownAs: "1"
    ) { budget in
      guard let number = budget.number() else { return nil }
      if number <= 0 { budget.expected("a number above 0") }
      return number
    }
    alerts.runbookURL = section.optional("runbook_url")?.text("a URL")
    alerts.link = section.optional("link").flatMap(RelaySection.url)
    let least = TimeSpan(milliseconds: 1)
    alerts.acceptLevelAfter = section.value(
      "accept_level_after", default: alerts.acceptLevelAfter
    ) { $0.duration(atLeast: least) }
    relay = section.optional("relay").flatMap(RelaySection.settings)
    if relay?.link == nil { relay?.link = alerts.link }
    alerts.renotify = section.value("renotify", default: alerts.renotify) {
      $0.duration(atLeast: least)
    }
    section.finish()
    return alerts
  }

  /// One report for each conversion rule.
  private static func reports(
    in document: inout SectionReader, _ conversions: [ConversionRule],
    _ mapped: [MappedDimension]
  ) -> [ReportShape]? {
    guard let value = document.optional("reports"), var section = value.section() else {
      return nil
    }
    let names = (Dimension.allCases + mapped.map { .mapped($0.name) }).map(\.rawValue)
    let dimensions = distinct(section.optional("dimensions")?.filledList("a list of dimensions"))?
      .compactMap { $0.choice(among: (names + ReportDimension.special).map { ($0, $0) }) }
    let usual = usualDimensions.map(\.rawValue)
    if dimensions == nil {
      section.fillIn("dimensions", ConfigurationTree.list(usual.map { .text($0) }).value)
    }
    let window = section.value("window", default: TimeSpan.days(1)) {
      $0.duration(atLeast: .minutes(1))
    }
    section.finish()
    return conversions.map { rule in
      shape(of: rule, dimensions: dimensions ?? usual, window: window)
    }
  }

  private static func shape(
    of rule: ConversionRule, dimensions: [String], window: TimeSpan
  ) -> ReportShape {
    var shape = ReportShape(
      conversion: rule.name, dimensions: dimensions,
      models: rule.models.map(\.name), window: window)
    shape.learner = learner(of: rule)
    return shape
  }

  /// `nil` if no model of the rule learns.
  private static func learner(of rule: ConversionRule) -> CreditLearner? {
    rule.models.lazy.compactMap { ($0 as? DataDrivenModel)?.learner }.first
  }

  /// One that every touchpoint has, or that the configuration maps.
  private static func dimension(_ value: ValueReader, _ mapped: [MappedDimension]) -> Dimension? {
    let all = Dimension.allCases + mapped.map { Dimension.mapped($0.name) }
    return value.choice(among: all.map { ($0.rawValue, $0) })
  }

  /// The elements, but for those that say again what one before them says: these are problems.
  private static func distinct(_ elements: [ValueReader]?) -> [ValueReader]? {
    var names: Set<String> = []
    return elements?.filter { element in
      guard let name = element.scalar, !names.insert(name).inserted else { return true }
      element.fail("\(ValueReader.quoted(name)) is given twice")
      return false
    }
  }

  private static func funnels(
    in document: inout SectionReader, _ mapped: [MappedDimension]
  ) -> [InsightsPlan.Funnel]? {
    guard let value = document.optional("funnels"), let elements = value.list("a list of funnels")
    else { return nil }
    var names = RuleNames(of: "funnel")
    return elements.compactMap { funnel($0, &names, mapped) }
  }

  private enum Order: String, CaseIterable {
    case ordered, strict
    case anyOrder = "any_order"

    var order: FunnelShape.Order {
      switch self {
      case .ordered: .ordered
      case .strict: .strict
      case .anyOrder: .anyOrder
      }
    }
  }

  private static func funnel(
    _ value: ValueReader, _ names: inout RuleNames, _ mapped: [MappedDimension]
  ) -> InsightsPlan.Funnel? {
    guard var section = value.section() else { return nil }
    let name = names.read(from: &section)
    let order = section.value("order", default: Order.ordered, shownAs: Order.ordered.rawValue) {
      $0.choice()
    }
    let within = section.value("within", default: usualWithin) {
      $0.duration(atLeast: TimeSpan(milliseconds: 1))
    }
    let excluded = section.optional("exclude")?.list("a list of conditions")?.compactMap { value in
      ConditionReader(purpose: .funnel, context: value.context).rule(value)
    }
    let steps = steps(in: &section, within)
    let source = section.value("segments_from", default: .first, shownAs: "first") {
      segmentsFrom($0, steps: steps.map(\.step.name))
    }
    let segments = distinct(section.optional("segments")?.list("a list of dimensions"))?
      .compactMap { segment($0, mapped) }
    section.finish()
    guard let name, (2...FunnelShape.maximumSteps).contains(steps.count) else { return nil }
    let shape = FunnelShape(
      name: name, order: order.order, within: within,
      steps: steps.map(\.step), dimensions: (segments ?? []).map(\.name),
      segmentsFrom: source)
    return InsightsPlan.Funnel(
      shape: shape, steps: steps.map(\.when), exclude: excluded ?? [],
      segments: (segments ?? []).map(\.source))
  }

  /// The first event of an attempt, the last until then, or that of a step, by its name.
  private static func segmentsFrom(
    _ value: ValueReader, steps: [String]
  ) -> FunnelShape.SegmentSource? {
    let events: [(word: String, value: FunnelShape.SegmentSource)] = [
      ("first", .first), ("last", .last),
    ]
    return value.choice(among: events + steps.enumerated().map { ($1, .step($0)) })
  }

  /// A dimension's name, or a pointer to a value in the event.
  private static func segment(
    _ value: ValueReader, _ mapped: [MappedDimension]
  ) -> (name: String, source: InsightsPlan.Segment)? {
    if value.scalar?.hasPrefix("/") == true {
      return value.pointer().map { pointer in
        (pointer, .field(value.context.fields.index(ofPointer: pointer)))
      }
    }
    return dimension(value, mapped).map { dimension in
      let field = mapped.first { .mapped($0.name) == dimension }?.field
      return (dimension.rawValue, field.map { .field($0) } ?? .dimension(dimension))
    }
  }

  private static func steps(
    in funnel: inout SectionReader, _ limit: TimeSpan
  ) -> [(step: FunnelShape.Step, when: EventRule)] {
    guard let value = funnel.required("steps", "at least two steps"),
      let elements = value.list("a list of at least two steps")
    else { return [] }
    if elements.count < 2 {
      value.fail("a funnel needs at least two steps, found \(elements.count)")
    }
    if elements.count > FunnelShape.maximumSteps {
      value.fail(
        "a funnel has at most \(FunnelShape.maximumSteps) steps, found \(elements.count)")
    }
    var names = RuleNames(of: "step")
    return elements.compactMap { element in
      guard var section = element.section() else { return nil }
      let name = names.read(from: &section)
      let when = ConditionReader.rule(in: &section, for: .funnel)
      let timeLimit = section.optional("within")
      let within = timeLimit?.duration(atLeast: TimeSpan(milliseconds: 1))
      if let within, within > limit {
        timeLimit?.fail("\(within) is longer than the whole funnel may take, \(limit)")
      }
      section.finish()
      guard let name, let when else { return nil }
      return (FunnelShape.Step(name, within: within), when)
    }
  }
}
