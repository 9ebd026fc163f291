extension Journey {
  /// Cuts the path of `conversion` out of the journey.
  ///
  /// Cost: one pass over the touchpoints of the longest lookback window, unpacking each profile the
  /// first time that it is on a path.
  package func path(
    for conversion: StoredConversion, rules: PathRules, profiles: inout ProfileTable
  ) -> Path {
    var path = Path(touchpoints: [])
    var hasViews = false
    let earliest = conversion.time - rules.lookback.longest
    let resetPoint = rules.resetsAfterConversion ? previous(of: conversion) : nil
    for touchpoint in touchpoints where touchpoint.time >= earliest {
      guard touchpoint.time <= conversion.time else { break }
      path.considered += 1
      let interaction = profiles.interaction(of: touchpoint.profile)
      guard conversion.time - touchpoint.time <= rules.lookback[interaction] else {
        path.drop(.outsideLookback)
        continue
      }
      let eventID = eventID(of: touchpoint)
      if let resetPoint, (touchpoint.time, eventID) <= (resetPoint.time, resetPoint.eventID) {
        path.drop(.beforePreviousConversion)
        continue
      }
      hasViews = hasViews || interaction == .view
      path.touchpoints.append(
        Path.Touchpoint(
          time: touchpoint.time, eventID: eventID,
          shared: profiles.shared(touchpoint.profile), click: click(of: touchpoint)))
    }
    path.apply(rules, hasViews: hasViews)
    return path
  }

  /// The conversion of the same rule that comes right before `conversion`.
  private func previous(of conversion: StoredConversion) -> StoredConversion? {
    conversions.last { $0.rule == conversion.rule && $0.precedes(conversion) }
  }
}
