// What moving events between journeys needs. What was emitted goes by conversion id here, because a
// conversion may have been emitted for somebody else before.
extension Journey {
  /// What was last emitted of every conversion here.
  package func emittedRevisions(rules: RuleSet) -> [EmittedRevision] {
    conversions.compactMap { conversion in
      guard conversion.revision > 0 else { return nil }
      let rule = rules.conversions[conversion.rule].name
      let standing = standing(conversion, within: rules.time.adjustWithin)
      return EmittedRevision(
        rule: rule, id: conversion.id(ofRuleNamed: rule), time: conversion.time,
        revision: conversion.revision, status: standing.isRetracted ? .retracted : .standing)
    }
  }

  /// Makes `emissions`, which this journey has just said, follow on what is in `state`, and notes
  /// them there.
  package mutating func follow(
    _ state: inout IdentityState, with emissions: [JourneyUpdate.Emission], rules: RuleSet
  ) -> [JourneyUpdate.Emission] {
    emissions.map { emission in
      var shown = emission.conversion
      let rule = rules.conversions[shown.rule].name
      let id = shown.id(ofRuleNamed: rule)
      let known = state.emitted.first { $0.id == id }
      if let known { shown.revision = max(shown.revision, known.revision + 1) }
      if let index = index(of: shown) { conversions[index].revision = shown.revision }
      state.note(
        EmittedRevision(
          rule: rule, id: id, time: shown.time, revision: shown.revision,
          status: emission.status == .retracted ? .retracted : .standing))
      return JourneyUpdate.Emission(
        conversion: shown, status: emission.status,
        reason: known != nil && emission.reason == .new ? .identityMerge : emission.reason,
        paths: emission.paths)
    }
  }

  private func index(of conversion: StoredConversion) -> Int? {
    conversions.firstIndex { $0.rule == conversion.rule && $0.eventID == conversion.eventID }
  }

  /// Says what has changed by events that have come or gone: of every conversion that can be revised
  /// or that `corrected` is about, and of those that are not here any more although `state` says
  /// that they stand.
  package mutating func reconcile(
    with state: inout IdentityState, corrected: [CorrectedConversion], rules: RuleSet,
    revisable: EventTime, profiles: inout ProfileTable
  ) -> [JourneyUpdate.Emission] {
    var emissions: [JourneyUpdate.Emission] = []
    for index in conversions.indices {
      let conversion = conversions[index]
      let id = conversion.id(ofRuleNamed: rules.conversions[conversion.rule].name)
      let isNews = conversion.revision == 0
      if isNews, let known = state.emitted.first(where: { $0.id == id }) {
        conversions[index].revision = known.revision
        // Whatever it said, it said it of somebody else, or not as a conversion of its own.
        conversions[index].digest = 0
      }
      let isRevisable =
        conversion.time >= revisable || conversions[index].revision == 0
        || corrected.contains { $0.isAbout(conversion) }
      guard isRevisable else { continue }
      let reason: AttributedConversion.Reason =
        conversions[index].revision == 0 ? .new : .identityMerge
      if let emission = restate(at: index, because: reason, rules: rules, profiles: &profiles) {
        emissions.append(emission)
      }
    }
    return follow(&state, with: emissions + lost(state, rules, revisable), rules: rules)
  }

  /// Retractions of what stands although it is not here any more.
  private func lost(
    _ state: IdentityState, _ rules: RuleSet, _ revisable: EventTime
  ) -> [JourneyUpdate.Emission] {
    // What was given up for the limit of a journey is not wrong for it.
    guard conversions.count < rules.limits.conversionsPerJourney else { return [] }
    let here = conversionIDs(rules: rules)
    return state.emitted.compactMap { revision in
      guard revision.status == .standing, revision.time >= revisable, !here.contains(revision.id),
        let rule = rules.conversions.firstIndex(where: { $0.name == revision.rule })
      else { return nil }
      var event = JourneyEvent()
      event.time = revision.time
      // Only conversions without a key are ever another's repeat.
      event.eventID = EventID(String(revision.id.dropFirst(revision.rule.count + 1)))
      var lost = StoredConversion(
        rule: rule, report: ConversionReport(rule: revision.rule), event: event,
        keptSince: revision.time)
      lost.revision = revision.revision + 1
      return JourneyUpdate.Emission(
        conversion: lost, status: .retracted, reason: .retracted, paths: .none)
    }
  }

  /// Somebody else has emitted `revisions`, of which some may be about conversions here: who spoke
  /// last is not known, so those have to be said again.
  package mutating func contest(_ revisions: [EmittedRevision], rules: RuleSet) {
    guard !revisions.isEmpty else { return }
    for index in conversions.indices where conversions[index].revision > 0 {
      let id = conversions[index].id(ofRuleNamed: rules.conversions[conversions[index].rule].name)
      guard let other = revisions.first(where: { $0.id == id }) else { continue }
      conversions[index].revision = max(conversions[index].revision, other.revision)
      conversions[index].digest = 0
    }
  }

  /// Takes over how the conversions of `other`, which held more or other events, were emitted; of
  /// the rest, nothing has been said by this journey.
  package mutating func takeEmissions(of other: Journey, rules: RuleSet) {
    for index in conversions.indices {
      let rule = rules.conversions[conversions[index].rule].name
      let id = conversions[index].id(ofRuleNamed: rule)
      let known = other.conversions.first {
        $0.rule == conversions[index].rule && $0.id(ofRuleNamed: rule) == id
      }
      conversions[index].revision = known?.revision ?? 0
      conversions[index].digest = known?.digest ?? 0
    }
  }
}

extension Journey {
  package func conversionIDs(rules: RuleSet) -> Set<String> {
    Set(conversions.map { $0.id(ofRuleNamed: rules.conversions[$0.rule].name) })
  }

  /// Whether something here happened at or before `time`.
  package func began(before time: EventTime) -> Bool {
    touchpoints.first.map { $0.time <= time } ?? false
      || conversions.first.map { $0.time <= time } ?? false
  }

  /// Takes over the touchpoints and conversions of `other` that come of no event in `held`, if they
  /// are from after `time`.
  package mutating func keep(
    from other: Journey, unless held: Set<EventID>, after time: EventTime?, rules: RuleSet,
    profiles: inout ProfileTable
  ) {
    for touchpoint in other.touchpoints where time.map({ touchpoint.time > $0 }) ?? true {
      let id = other.eventID(of: touchpoint)
      guard !held.contains(id) else { continue }
      profiles.retain(touchpoint.profile)
      insert(
        time: touchpoint.time, eventID: id, profile: touchpoint.profile,
        click: other.click(of: touchpoint))
    }
    let here = conversionIDs(rules: rules)
    for conversion in other.conversions where time.map({ conversion.time > $0 }) ?? true {
      let id = conversion.id(ofRuleNamed: rules.conversions[conversion.rule].name)
      guard !held.contains(conversion.eventID), !here.contains(id) else { continue }
      insert(conversion)
    }
  }
}

/// A conversion about which something else is known now.
package struct CorrectedConversion: Hashable, Sendable {
  /// Index of its rule in the rule set.
  package var rule: Int
  package var key: String

  package init(rule: Int, key: String) {
    self.rule = rule
    self.key = key
  }

  func isAbout(_ conversion: StoredConversion) -> Bool {
    rule == conversion.rule && key == conversion.key
  }
}
