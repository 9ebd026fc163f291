internal import Attribution

/// The path of one conversion, found step by step as the semantics list the steps.
struct ReferencePath {
  private(set) var touchpoints: [ReferenceTouchpoint]
  /// Touchpoints inside the longest lookback window, before any was dropped.
  let considered: Int
  /// How many were dropped, by reason.
  private(set) var dropped: [String: Int] = [:]

  /// Cuts the path of `conversion` out of a journey; `previous` is the one before it by the same
  /// rule.
  init(
    _ rules: AuditPathRules, of journey: [ReferenceTouchpoint], to conversion: AuditEvent,
    after previous: AuditEvent?
  ) {
    let longest = rules.lookback.values.max() ?? .zero
    touchpoints = journey.filter { touchpoint in
      touchpoint.event.time <= conversion.time
        && conversion.time - touchpoint.event.time <= longest
    }
    considered = touchpoints.count
    drop("outside_lookback") { touchpoint in
      conversion.time - touchpoint.event.time > rules.lookback[touchpoint.interaction] ?? .zero
    }
    if rules.resetsAfterConversion, let previous {
      drop("before_previous_conversion") { touchpoint in !previous.precedes(touchpoint.event) }
    }
    dropViews(rules.views)
    dropExcluded(rules)
    for transform in rules.transforms { apply(transform, rules.dimension) }
    if touchpoints.count > rules.maximumTouchpoints {
      let recent = touchpoints.suffix(rules.maximumTouchpoints - 1)
      dropped["over_maximum"] = touchpoints.count - recent.count - 1
      touchpoints = [touchpoints[0]] + recent
    }
  }

  private mutating func drop(_ reason: String, where isDropped: (ReferenceTouchpoint) -> Bool) {
    keep(touchpoints.filter { !isDropped($0) }, reason)
  }

  private mutating func keep(_ kept: [ReferenceTouchpoint], _ reason: String) {
    let count = touchpoints.count - kept.count
    if count > 0 { dropped[reason, default: 0] += count }
    touchpoints = kept
  }

  private mutating func dropViews(_ views: AuditPathRules.Views) {
    switch views {
    case .always: break
    case .never: drop("views_not_counted") { $0.interaction == .view }
    case .whenNoClick:
      if touchpoints.contains(where: { $0.interaction == .click }) {
        drop("view_beside_click") { $0.interaction == .view }
      }
    }
  }

  private mutating func dropExcluded(_ rules: AuditPathRules) {
    func isExcluded(_ value: String, _ include: [String], _ exclude: [String]) -> Bool {
      func isListed(_ list: [String]) -> Bool {
        list.contains { AuditChannels.normalized($0) == AuditChannels.normalized(value) }
      }
      return !include.isEmpty && !isListed(include) || isListed(exclude)
    }
    drop("excluded_channel") {
      isExcluded($0.channel, rules.includeChannels, rules.excludeChannels)
    }
    drop("excluded_campaign") {
      isExcluded(
        $0.event.campaign["campaign"] ?? "", rules.includeCampaigns, rules.excludeCampaigns)
    }
  }

  private mutating func apply(
    _ transform: AuditPathRules.Transform, _ dimension: (ReferenceTouchpoint) -> String
  ) {
    let values = touchpoints.map { AuditChannels.normalized(dimension($0)) }
    let all = touchpoints
    switch transform {
    case .unique: break
    case .exposure:
      // The last of every run: the one whose neighbour is another, or that has none.
      let last = all.indices.filter { $0 + 1 == all.count || values[$0 + 1] != values[$0] }
      keep(last.map { all[$0] }, "repeat")
    case .first, .frequency:
      var first = all.indices.filter { values.firstIndex(of: values[$0]) == $0 }.map { all[$0] }
      if case .frequency = transform {
        for index in first.indices {
          let value = AuditChannels.normalized(dimension(first[index]))
          first[index].count = zip(all, values).filter { $0.1 == value }.map(\.0.count).reduce(0, +)
        }
      }
      keep(first, "repeat")
    case .removeTrailing(let value):
      let removed = AuditChannels.normalized(value)
      guard let end = values.lastIndex(where: { $0 != removed }) else { break }
      keep(Array(all[...end]), "removed")
    case .remove(let value):
      let removed = AuditChannels.normalized(value)
      guard values.contains(where: { $0 != removed }) else { break }
      keep(all.indices.filter { values[$0] != removed }.map { all[$0] }, "removed")
    }
  }
}
