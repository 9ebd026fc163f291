/// What one event did to a journey, and what has to be said about it.
package struct JourneyUpdate: Sendable {
  /// A conversion that is new, or reads differently than when it was last emitted.
  package struct Emission: Sendable {
    package let conversion: StoredConversion
    package let status: AttributedConversion.Status
    package let reason: AttributedConversion.Reason
    package let paths: ConversionPaths

    package var path: Path { paths.own }

    package init(
      conversion: StoredConversion, status: AttributedConversion.Status,
      reason: AttributedConversion.Reason, paths: ConversionPaths
    ) {
      self.conversion = conversion
      self.status = status
      self.reason = reason
      self.paths = paths
    }
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
  /// Adjustments of conversions, whether these are known yet or not.
  package var adjustments = 0
  /// Touchpoints given up because the journey was full.
  package var touchpointsOverLimit = 0
  /// Conversions that were corrected by a silent event.
  package var corrected: [CorrectedConversion] = []
}

extension Journey {
  /// Applies one event at stream time `streamTime`, which already includes the event's own.
  ///
  /// A function of the journey and its arguments alone. For every order of arrival within
  /// `late.accept`, the last emission about each conversion is the same. Of an event that is applied
  /// silently nothing is emitted before `reconcile` has found out what is different.
  package mutating func apply(
    _ event: JourneyEvent, rules: RuleSet, streamTime: EventTime, isSilent: Bool = false,
    profiles: inout ProfileTable
  ) -> JourneyUpdate {
    var update = JourneyUpdate()
    let horizon = streamTime - rules.retention
    prune(before: horizon, lookback: rules.longestLookback, profiles: &profiles)
    if contains(event.eventID) {
      update.isDuplicate = true
      return update
    }
    var changes = Changes()
    if event.time >= horizon {
      changes.start = applyTouch(event, rules: rules, update: &update, profiles: &profiles)
    } else {
      update.isTooLate = true
    }
    for report in event.conversions { apply(report, event, rules, streamTime, &changes, &update) }
    for report in event.adjustments { apply(report, event, rules, streamTime, &changes, &update) }
    if isSilent {
      update.emissions = []
      update.corrected = changes.corrected.map { CorrectedConversion(rule: $0.rule, key: $0.key) }
    } else if !changes.isEmpty {
      revise(changes, of: event, rules: rules, streamTime: streamTime, profiles: &profiles, &update)
    }
    limit(rules.limits)
    return update
  }

  /// What one event has changed in the journey.
  private struct Changes {
    /// Earliest time at which a touchpoint or a conversion changed.
    var start: EventTime?
    /// Why, for the conversion that rests on the event itself.
    var reason: AttributedConversion.Reason?
    /// Conversions about which something else is known now, and why they change.
    var corrected: [(rule: Int, key: String, reason: AttributedConversion.Reason)] = []

    var isEmpty: Bool { start == nil && corrected.isEmpty }

    mutating func note(_ time: EventTime) { start = min(start ?? time, time) }

    /// Why `conversion` changes, if it is because it was corrected.
    func correction(of conversion: StoredConversion) -> AttributedConversion.Reason? {
      corrected.first { $0.rule == conversion.rule && $0.key == conversion.key }?.reason
    }
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
    _ changes: inout Changes, _ update: inout JourneyUpdate
  ) {
    guard let index = rules.conversions.firstIndex(where: { $0.name == report.rule }) else {
      update.unknownReports += 1
      return
    }
    var retracted: [StoredConversion] = []
    let outcome = record(
      report, rule: index, of: rules, event: event, streamTime: streamTime, retracted: &retracted)
    switch outcome {
    case .new: changes.reason = .new
    case .better: changes.reason = .betterReport
    case .repeated: update.repeatedReports += 1
    }
    if case .new = outcome {
    } else if let key = report.key, !rules.conversions[index].prefer.isEmpty {
      changes.corrected.append((index, key, .betterReport))
    }
    if case .repeated = outcome, retracted.isEmpty { return }
    changes.note(event.time)
    for var conversion in retracted {
      conversion.revision += 1
      update.emissions.append(
        JourneyUpdate.Emission(
          conversion: conversion, status: .retracted, reason: .retracted, paths: .none))
    }
  }

  private mutating func apply(
    _ report: AdjustmentReport, _ event: JourneyEvent, _ rules: RuleSet, _ streamTime: EventTime,
    _ changes: inout Changes, _ update: inout JourneyUpdate
  ) {
    guard let index = rules.conversions.firstIndex(where: { $0.name == report.rule }) else {
      update.unknownReports += 1
      return
    }
    insert(
      StoredCorrection(
        rule: index, key: report.key, time: event.time, eventID: event.eventID,
        keptSince: max(event.time, streamTime) + rules.conversionHold,
        content: .adjustment(report.change)))
    changes.corrected.append((index, report.key, .adjusted))
    update.adjustments += 1
  }

  /// Computes every conversion that `changes` can reach, and says what is different.
  private mutating func revise(
    _ changes: Changes, of event: JourneyEvent, rules: RuleSet, streamTime: EventTime,
    profiles: inout ProfileTable, _ update: inout JourneyUpdate
  ) {
    let revisable = streamTime - rules.time.lateAccept
    for index in conversions.indices {
      let isNew = conversions[index].revision == 0
      let correction = changes.correction(of: conversions[index])
      // The paths of corrected conversions are kept as long as they can be corrected.
      let isReached = changes.start.map { conversions[index].time >= $0 } ?? false
      guard isReached && (isNew || conversions[index].time >= revisable) || correction != nil
      else { continue }
      let own = conversions[index].eventID == event.eventID ? changes.reason : nil
      let reason = isNew ? .new : own ?? correction ?? .lateTouchpoint
      if let emission = restate(at: index, because: reason, rules: rules, profiles: &profiles) {
        update.emissions.append(emission)
      }
    }
  }

  /// Computes the conversion at `index`; `nil` if it reads as it was last emitted.
  mutating func restate(
    at index: Int, because reason: AttributedConversion.Reason, rules: RuleSet,
    profiles: inout ProfileTable
  ) -> JourneyUpdate.Emission? {
    var shown = conversions[index]
    let standing = standing(shown, within: rules.time.adjustWithin)
    shown.value = standing.value
    shown.currency = standing.currency
    let paths: ConversionPaths =
      standing.isRetracted ? .none : self.paths(for: shown, rules: rules, profiles: &profiles)
    shown.digest = paths.digest(with: shown, isRetracted: standing.isRetracted)
    guard shown.revision == 0 || shown.digest != conversions[index].digest else { return nil }
    shown.revision += 1
    conversions[index].digest = shown.digest
    conversions[index].revision = shown.revision
    let status: AttributedConversion.Status =
      standing.isRetracted
      ? .retracted : paths.own.touchpoints.isEmpty ? .unattributed : .attributed
    return JourneyUpdate.Emission(
      conversion: shown, status: status, reason: standing.isRetracted ? .retracted : reason,
      paths: paths)
  }

  private mutating func limit(_ limits: JourneyLimits) {
    if conversions.count > limits.conversionsPerJourney {
      conversions.removeFirst(conversions.count - limits.conversionsPerJourney)
    }
    if corrections.count > limits.correctionsPerJourney {
      corrections.removeFirst(corrections.count - limits.correctionsPerJourney)
    }
  }
}
