internal import Attribution

/// Reads the parts of the interface that have no function yet: checked fully, then warned about.
enum PlannedReader {
  static func warn(_ feature: String, _ context: DecodingContext) {
    context.warn("\(feature): accepted and checked, but not evaluated in this version")
  }

  static func features(in document: inout SectionReader) -> PlannedFeatures {
    var features = PlannedFeatures()
    features.funnels = funnels(in: &document)
    features.alerts = alerts(in: &document)
    features.httpListen = http(in: &document)
    features.fields = document.context.plannedFields
    return features
  }

  private static func condition(in section: inout SectionReader) -> EventCondition? {
    let reader = ConditionReader(purpose: .planned, context: section.context)
    return section.required("when", "the events it is for").flatMap { value in
      reader.rule(value) == nil ? nil : reader.condition(value)
    }
  }

  private static func alerts(in document: inout SectionReader) -> PlannedFeatures.Alerts? {
    guard let value = document.optional("alerts"), var section = value.section() else { return nil }
    if !section.entries.isEmpty { warn("alerts", document.context) }
    var alerts = PlannedFeatures.Alerts()
    if let budget = section.optional("false_alarms_per_week") {
      if let number = budget.number() {
        if number > 0 {
          alerts.falseAlarmsPerWeek = number
        } else {
          budget.expected("a number above 0")
        }
      }
    }
    alerts.runbookURL = section.optional("runbook_url")?.text("a URL")
    let least = TimeSpan(milliseconds: 1)
    alerts.acceptLevelAfter = section.optional("accept_level_after")?.duration(atLeast: least)
    alerts.renotify = section.optional("renotify")?.duration(atLeast: least)
    section.finish()
    return alerts
  }

  private static func http(in document: inout SectionReader) -> String? {
    guard let value = document.optional("http"), var section = value.section() else { return nil }
    let listen = section.optional("listen")
    section.finish()
    guard let listen, let text = listen.text("host:port") else { return nil }
    let port = text.split(separator: ":", omittingEmptySubsequences: false).last.flatMap {
      UInt16($0)
    }
    guard text.contains(":"), !text.hasPrefix(":"), port != nil else {
      listen.expected("host:port, such as 127.0.0.1:9464")
      return nil
    }
    warn("http", document.context)
    return text
  }
}

// Funnels.
extension PlannedReader {
  private static func funnels(in document: inout SectionReader) -> [PlannedFeatures.Funnel] {
    guard let value = document.optional("funnels"), let elements = value.list("a list of funnels")
    else { return [] }
    if !elements.isEmpty { warn("funnels", document.context) }
    var names = RuleNames(of: "funnel")
    return elements.compactMap { funnel($0, &names) }
  }

  private static func funnel(
    _ value: ValueReader, _ names: inout RuleNames
  ) -> PlannedFeatures.Funnel? {
    guard var section = value.section() else { return nil }
    let name = names.read(from: &section)
    let order = section.optional("order")?.choice(PlannedFeatures.Funnel.Order.self)
    let within = section.optional("within")?.duration(atLeast: TimeSpan(milliseconds: 1))
    let excluded = section.optional("exclude")?.list("a list of conditions")?.compactMap { value in
      ConditionReader(purpose: .planned, context: value.context).condition(value)
    }
    let steps = steps(in: &section, within)
    let segments = section.optional("segments")?.list("a list of dimensions")?.compactMap {
      segment($0)
    }
    section.finish()
    guard let name else { return nil }
    return .init(
      name: name, order: order ?? .ordered, within: within, steps: steps,
      exclude: excluded ?? [], segments: segments ?? [])
  }

  /// A dimension's name, or a pointer to a value in the event.
  private static func segment(_ value: ValueReader) -> String? {
    if value.scalar?.hasPrefix("/") == true { return value.pointer() }
    return value.choice(Dimension.self)?.rawValue
  }

  private static func steps(
    in funnel: inout SectionReader, _ limit: TimeSpan?
  ) -> [PlannedFeatures.Funnel.Step] {
    guard let value = funnel.required("steps", "at least two steps"),
      let elements = value.list("a list of at least two steps")
    else { return [] }
    if elements.count < 2 {
      value.fail("a funnel needs at least two steps, found \(elements.count)")
    }
    var names = RuleNames(of: "step")
    return elements.compactMap { element in
      guard var section = element.section() else { return nil }
      let name = names.read(from: &section)
      let when = condition(in: &section)
      let timeLimit = section.optional("within")
      let within = timeLimit?.duration(atLeast: TimeSpan(milliseconds: 1))
      if let within, let limit, within > limit {
        timeLimit?.fail("\(within) is longer than the whole funnel may take, \(limit)")
      }
      section.finish()
      guard let name, let when else { return nil }
      return .init(name: name, when: when, within: within)
    }
  }
}
