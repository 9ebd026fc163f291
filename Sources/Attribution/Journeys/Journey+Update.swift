/// What one event did to a journey, and what has to be said about it.
package struct JourneyUpdate: Sendable {
  /// A conversion that is new, or reads differently than when it was last emitted.
  package struct Emission: Sendable {
    package let conversion: StoredConversion
    package let status: AttributedConversion.Status
    package let reason: AttributedConversion.Reason
    package let path: Path
  }

  /// In order of event time.
  package var emissions: [Emission] = []
  /// The event had been applied before; nothing changed.
  package var isDuplicate = false
  /// The event is older than the retention horizon: it can be no touchpoint any more.
  package var isTooLate = false
  /// Reports that repeated a known conversion.
  package var repeatedReports = 0
  /// Reports for rules that the configuration no longer has.
  package var unknownReports = 0
  /// Touchpoints given up because the journey was full.
  package var touchpointsOverLimit = 0
}

extension Journey {
  /// Applies one event at stream time `streamTime`, which already includes the event's own.
  ///
  /// A function of the journey and its arguments alone. For every order of arrival within
  /// `late.accept`, the last emission about each conversion is the same.
  package mutating func apply(
    _ event: JourneyEvent, rules: RuleSet, streamTime: EventTime, profiles: inout ProfileTable
  ) -> JourneyUpdate {
    var update = JourneyUpdate()
    let horizon = streamTime - rules.retention
    prune(before: horizon, profiles: &profiles)
    if contains(event.eventID) {
      update.isDuplicate = true
      return update
    }
    var changedFrom: EventTime?
    if event.time >= horizon {
      changedFrom = applyTouch(event, rules: rules, update: &update, profiles: &profiles)
    } else {
      update.isTooLate = true
    }
    var reason: AttributedConversion.Reason?
    for report in event.conversions {
      apply(
        report, event, rules, streamTime, reason: &reason, changedFrom: &changedFrom, &update)
    }
    if let changedFrom {
      revise(
        from: changedFrom, rules: rules, streamTime: streamTime, because: reason, of: event.eventID,
        profiles: &profiles, update: &update)
    }
    limitConversions(rules.limits.conversionsPerJourney)
    return update
  }

  /// Sessions and touchpoints. Returns the earliest time at which a touchpoint changed.
  private mutating func applyTouch(
    _ event: JourneyEvent, rules: RuleSet, update: inout JourneyUpdate,
    profiles: inout ProfileTable
  ) -> EventTime? {
    let session = recordActivity(
      of: event, timeout: rules.time.sessionTimeout, limit: rules.limits.sessionsPerJourney,
      profiles: &profiles)
    var changedFrom = session.changedFrom
    let profile = session.startsSession ? event.profileIfStarting : event.profile
    if !profile.isEmpty {
      let id = profile.withUnsafeBytes { profiles.retain($0) }
      insert(time: event.time, eventID: event.eventID, profile: id, click: event.click)
      changedFrom = min(changedFrom ?? event.time, event.time)
    }
    while touchpoints.count > rules.limits.touchpointsPerJourney {
      // The first and the most recent stay: what a path limit would keep, too.
      removeTouchpoint(at: min(1, touchpoints.count - 1), profiles: &profiles)
      update.touchpointsOverLimit += 1
    }
    return changedFrom
  }

  private mutating func apply(
    _ report: ConversionReport, _ event: JourneyEvent, _ rules: RuleSet, _ streamTime: EventTime,
    reason: inout AttributedConversion.Reason?, changedFrom: inout EventTime?,
    _ update: inout JourneyUpdate
  ) {
    guard
      let index = rules.conversions.indices.first(where: { index in
        rules.conversions[index].name == report.rule
      })
    else {
      update.unknownReports += 1
      return
    }
    var retracted: [StoredConversion] = []
    let outcome = record(
      report, rule: index, of: rules.conversions[index], event: event, streamTime: streamTime,
      retracted: &retracted)
    switch outcome {
    case .new: reason = .new
    case .better: reason = .betterReport
    case .repeated: update.repeatedReports += 1
    }
    if case .repeated = outcome, retracted.isEmpty { return }
    changedFrom = min(changedFrom ?? event.time, event.time)
    for var conversion in retracted {
      conversion.revision += 1
      update.emissions.append(
        JourneyUpdate.Emission(
          conversion: conversion, status: .retracted, reason: .retracted,
          path: Path(touchpoints: [])))
    }
  }

  /// Computes every conversion that a change at `start` can reach, and says what is different;
  /// `reason` is why for the conversion that rests on the event itself.
  private mutating func revise(
    from start: EventTime, rules: RuleSet, streamTime: EventTime,
    because reason: AttributedConversion.Reason?, of eventID: EventID,
    profiles: inout ProfileTable, update: inout JourneyUpdate
  ) {
    let revisable = streamTime - rules.time.lateAccept
    for index in conversions.indices where conversions[index].time >= start {
      let isNew = conversions[index].revision == 0
      guard isNew || conversions[index].time >= revisable else { continue }
      let path = path(
        for: conversions[index], rules: rules.conversions[conversions[index].rule].path,
        profiles: &profiles)
      let digest = path.digest(with: conversions[index])
      guard isNew || digest != conversions[index].digest else { continue }
      conversions[index].digest = digest
      conversions[index].revision += 1
      let known = conversions[index].eventID == eventID ? reason : nil
      update.emissions.append(
        JourneyUpdate.Emission(
          conversion: conversions[index],
          status: path.touchpoints.isEmpty ? .unattributed : .attributed,
          reason: isNew ? .new : known ?? .lateTouchpoint, path: path))
    }
  }

  private mutating func limitConversions(_ limit: Int) {
    if conversions.count > limit { conversions.removeFirst(conversions.count - limit) }
  }
}
