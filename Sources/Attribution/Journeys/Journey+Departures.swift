// Leaving without a conversion. A touchpoint after which nothing came for as long as a rule looks
// back, neither another touchpoint nor a conversion, was the last of its path: no conversion can
// credit it any more.
extension Journey {
  /// Whether no other touchpoint came within `span` after that at `index`.
  package func isLastTouch(at index: Int, within span: TimeSpan) -> Bool {
    index + 1 == touchpoints.count
      || touchpoints[index + 1].time > touchpoints[index].time + span
  }

  /// The path that leads to the touchpoint at `index`, since the last conversion by the rule `rule`;
  /// `nil` if that rule's next conversion came in time, or if nothing is on the path.
  package func departure(
    after index: Int, of rule: Int, rules: RuleSet, profiles: inout ProfileTable
  ) -> Path? {
    let last = touchpoints[index]
    let span = rules.conversions[rule].longestLookback
    let hasConverted = conversions.contains { conversion in
      conversion.rule == rule && conversion.time >= last.time
        && conversion.time - last.time <= span
    }
    if hasConverted { return nil }
    var pathRules = rules.conversions[rule].path
    pathRules.resetsAfterConversion = true
    var event = JourneyEvent()
    event.time = last.time
    event.eventID = eventID(of: last)
    // As if they had converted right there.
    let end = StoredConversion(
      rule: rule, report: ConversionReport(rule: rules.conversions[rule].name), event: event,
      keptSince: last.time)
    let path = self.path(for: end, rules: pathRules, profiles: &profiles, isTraced: false)
    return path.touchpoints.isEmpty ? nil : path
  }
}
