extension Journey {
  /// Cuts the paths of `conversion` out of the journey: its own, then those of its windows.
  ///
  /// Cost: for each, one pass over the touchpoints of the longest lookback window, unpacking each
  /// profile the first time that it is on a path. Only a traced path names what was dropped.
  package func paths(
    for conversion: StoredConversion, rules: RuleSet, profiles: inout ProfileTable,
    isTraced: Bool = false
  ) -> ConversionPaths {
    let rule = rules.conversions[conversion.rule]
    var paths = ConversionPaths(
      own: path(for: conversion, rules: rule.path, profiles: &profiles, isTraced: isTraced))
    for window in rule.windows {
      paths.windows.append(
        path(for: conversion, rules: window.path, profiles: &profiles, isTraced: isTraced))
    }
    if let credits = rule.credits {
      paths.credited = credited(credits, by: conversion, rules, &profiles, isTraced)
    }
    guard !rule.milestones.isEmpty else { return paths }
    paths.own.milestones = milestones(rule.milestones, of: paths.own, to: conversion, rules)
    for index in paths.windows.indices {
      paths.windows[index].milestones = milestones(
        rule.milestones, of: paths.windows[index], to: conversion, rules)
    }
    return paths
  }

  /// The path of the earlier conversion that `conversion` credits.
  private func credited(
    _ credits: CreditedConversion, by conversion: StoredConversion, _ rules: RuleSet,
    _ profiles: inout ProfileTable, _ isTraced: Bool
  ) -> ConversionPaths.Credited? {
    let candidates = conversions.lazy.filter { other in
      rules.conversions[other.rule].name == credits.rule && !conversion.precedes(other)
        && conversion.time - other.time <= credits.within
        && (credits.isFirst || other.precedes(conversion))
    }
    guard let anchor = credits.isFirst ? candidates.first : candidates.last else { return nil }
    let anchorRule = rules.conversions[anchor.rule]
    var path = path(
      for: anchor, rules: anchorRule.path, profiles: &profiles, isTraced: isTraced)
    path.milestones = milestones(
      rules.conversions[conversion.rule].milestones, of: path, to: anchor, rules)
    return ConversionPaths.Credited(
      rule: anchor.rule, id: anchor.id(ofRuleNamed: anchorRule.name), time: anchor.time, path: path)
  }

  func path(
    for conversion: StoredConversion, rules: PathRules, profiles: inout ProfileTable,
    isTraced: Bool
  ) -> Path {
    var path = Path(touchpoints: [])
    if isTraced { path.trace = [] }
    var hasViews = false
    let earliest = conversion.time - rules.lookback.longest
    let resetPoint = rules.resetsAfterConversion ? previous(of: conversion) : nil
    for touchpoint in touchpoints where touchpoint.time >= earliest {
      guard touchpoint.time <= conversion.time else { break }
      path.considered += 1
      let interaction = profiles.interaction(of: touchpoint.profile)
      guard conversion.time - touchpoint.time <= rules.lookback[interaction] else {
        path.drop(.outsideLookback)
        if isTraced { path.trace?.append(.init(onPath(touchpoint, &profiles), .outsideLookback)) }
        continue
      }
      if let resetPoint,
        (touchpoint.time, eventID(of: touchpoint)) <= (resetPoint.time, resetPoint.eventID)
      {
        path.drop(.beforePreviousConversion)
        if isTraced {
          path.trace?.append(.init(onPath(touchpoint, &profiles), .beforePreviousConversion))
        }
        continue
      }
      hasViews = hasViews || interaction == .view
      path.touchpoints.append(onPath(touchpoint, &profiles))
    }
    path.apply(rules, hasViews: hasViews)
    return path
  }

  private func onPath(
    _ touchpoint: StoredTouchpoint, _ profiles: inout ProfileTable
  ) -> Path.Touchpoint {
    Path.Touchpoint(
      time: touchpoint.time, eventID: eventID(of: touchpoint),
      shared: profiles.shared(touchpoint.profile), click: click(of: touchpoint))
  }

  /// What models ask for of the conversions on the way.
  ///
  /// Only conversions since the path's first touchpoint count: those the journey still has whenever
  /// it has the path.
  private func milestones(
    _ names: [String], of path: Path, to conversion: StoredConversion, _ rules: RuleSet
  ) -> [Path.Milestone] {
    guard let start = path.touchpoints.first?.time else { return [] }
    return names.compactMap { name in
      let reached = conversions.first { other in
        rules.conversions[other.rule].name == name && other.time >= start
          && !conversion.precedes(other)
      }
      guard let reached,
        let index = path.touchpoints.lastIndex(where: { $0.time <= reached.time })
      else { return nil }
      return Path.Milestone(conversion: name, touchpoint: index)
    }
  }

  /// The conversion of the same rule that comes right before `conversion`.
  private func previous(of conversion: StoredConversion) -> StoredConversion? {
    conversions.last { $0.rule == conversion.rule && $0.precedes(conversion) }
  }
}
