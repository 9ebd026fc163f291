extension Path {
  mutating func drop(_ reason: DropReason, count: Int = 1) {
    if count > 0 { dropped[reason, default: 0] += count }
  }

  /// Applies the rules that look at the touchpoints themselves, in their fixed order.
  ///
  /// Few paths have views; on all others nothing has to be asked about them.
  mutating func apply(_ rules: PathRules, hasViews: Bool = true) {
    if hasViews { applyViews(rules.views) }
    filter(.excludedChannel, rules.includeChannels, rules.excludeChannels) { $0.channel }
    filter(.excludedCampaign, rules.includeCampaigns, rules.excludeCampaigns) { $0.campaign ?? "" }
    for transform in rules.transforms { apply(transform, by: rules.dimension) }
    limit(to: rules.maximumTouchpoints)
  }

  private mutating func applyViews(_ views: PathRules.Views) {
    switch views {
    case .always: return
    case .never: remove(.viewsNotCounted) { $0.shared.profile.interaction == .view }
    case .whenNoClick:
      guard touchpoints.contains(where: { $0.shared.profile.interaction == .click }) else { return }
      remove(.viewBesideClick) { $0.shared.profile.interaction == .view }
    }
  }

  private mutating func filter(
    _ reason: DropReason, _ included: [NormalizedText], _ excluded: [NormalizedText],
    by value: (TouchpointProfile) -> String
  ) {
    guard !included.isEmpty || !excluded.isEmpty else { return }
    remove(reason) { touchpoint in
      let text = NormalizedText(value(touchpoint.shared.profile))
      return excluded.contains(text) || !included.isEmpty && !included.contains(text)
    }
  }

  private mutating func remove(_ reason: DropReason, where isDropped: (Touchpoint) -> Bool) {
    let count = touchpoints.count
    trace?.append(contentsOf: touchpoints.filter(isDropped).map { Dropped($0, reason) })
    touchpoints.removeAll(where: isDropped)
    drop(reason, count: count - touchpoints.count)
  }

  /// Applies one transform, comparing touchpoints by `dimension`.
  package mutating func apply(_ transform: PathTransform, by dimension: Dimension) {
    switch transform {
    case .unique: return
    case .exposure: return collapseRuns(by: dimension)
    case .first, .frequency, .removeTrailing, .remove: break
    }
    let values = touchpoints.map { $0.shared.value(of: dimension) }
    switch transform {
    case .unique, .exposure:
      return
    case .first:
      keep(.repeated) { !values[..<$0].contains(values[$0]) }
    case .frequency:
      // A touchpoint may stand for several already.
      var counts: [NormalizedText: Int] = [:]
      for (value, touchpoint) in zip(values, touchpoints) {
        counts[value, default: 0] += touchpoint.count
      }
      for (index, value) in values.enumerated() { touchpoints[index].count = counts[value] ?? 1 }
      keep(.repeated) { !values[..<$0].contains(values[$0]) }
    case .removeTrailing(let removed):
      guard let last = values.lastIndex(where: { $0 != removed }) else { return }
      keep(.removed) { $0 <= last }
    case .remove(let removed):
      guard values.contains(where: { $0 != removed }) else { return }
      keep(.removed) { values[$0] != removed }
    }
  }

  /// The default, and so done without a value of its own for every touchpoint.
  private mutating func collapseRuns(by dimension: Dimension) {
    let all = touchpoints
    keep(.repeated) { index in
      index + 1 == all.count
        || !all[index].shared.hasSameValue(of: dimension, as: all[index + 1].shared)
    }
  }

  private mutating func keep(_ reason: DropReason, where isKept: (Int) -> Bool) {
    let kept = touchpoints.indices.filter(isKept)
    drop(reason, count: touchpoints.count - kept.count)
    trace?.append(
      contentsOf: touchpoints.indices.filter { !isKept($0) }.map {
        Dropped(touchpoints[$0], reason)
      })
    if kept.count < touchpoints.count { touchpoints = kept.map { touchpoints[$0] } }
  }

  private mutating func limit(to maximum: Int) {
    guard touchpoints.count > maximum else { return }
    drop(.overMaximum, count: touchpoints.count - maximum)
    let range = 1..<1 + touchpoints.count - maximum
    trace?.append(contentsOf: touchpoints[range].map { Dropped($0, .overMaximum) })
    touchpoints.removeSubrange(range)
  }
}
