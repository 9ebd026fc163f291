extension Journey {
  /// What one report did to the journey's conversions.
  enum ReportOutcome {
    /// A conversion that was not known before.
    case new
    /// Another report of a known conversion, which stands as it was.
    case repeated
    /// A known conversion now rests on this earlier report.
    case better
  }

  /// Adds one report, merging it with what it repeats.
  ///
  /// Conversions that the report shows to be repeats of an earlier one end up in `retracted`.
  mutating func record(
    _ report: ConversionReport, rule index: Int, of rules: RuleSet, event: JourneyEvent,
    streamTime: EventTime, retracted: inout [StoredConversion]
  ) -> ReportOutcome {
    let rule = rules.conversions[index]
    var conversion = StoredConversion(
      rule: index, report: report, event: event, keptSince: streamTime)
    conversion.keptSince = conversion.keptSince + rules.conversionHold
    conversion.isIncomplete = event.time - rule.longestLookback < streamTime - rules.retention
    if let key = report.key {
      return recordKeyed(conversion, key, keepsReports: !rule.prefer.isEmpty)
    }
    if let within = rule.deduplicateWithin {
      return recordChained(conversion, within: within, retracted: &retracted)
    }
    insert(conversion)
    return .new
  }

  private mutating func recordKeyed(
    _ conversion: StoredConversion, _ key: String, keepsReports: Bool
  ) -> ReportOutcome {
    guard
      let index = conversions.firstIndex(where: {
        $0.rule == conversion.rule && $0.key == conversion.key
      })
    else {
      insert(conversion)
      return .new
    }
    var known = conversions[index]
    known.keptSince = max(known.keptSince, conversion.keptSince)
    known.isIncomplete = known.isIncomplete || conversion.isIncomplete
    let isEarlier = conversion.precedes(known)
    if keepsReports { insert(StoredCorrection(isEarlier ? known : conversion, key)) }
    guard isEarlier else {
      conversions[index] = known
      return .repeated
    }
    conversions.remove(at: index)
    known.time = conversion.time
    known.eventID = conversion.eventID
    known.value = conversion.value
    known.currency = conversion.currency
    known.rank = conversion.rank
    insert(known)
    return .better
  }

  /// Repeats of a rule without a key: a chain of reports no further apart than `within`.
  private mutating func recordChained(
    _ conversion: StoredConversion, within: TimeSpan, retracted: inout [StoredConversion]
  ) -> ReportOutcome {
    var standing = conversion
    conversions.removeAll { other in
      guard other.rule == standing.rule, other.key == nil,
        standing.time - other.lastRepeat <= within, other.time - standing.lastRepeat <= within
      else { return false }
      let loser = other.precedes(standing) ? standing : other
      if other.precedes(standing) { standing = other }
      standing.lastRepeat = max(standing.lastRepeat, loser.lastRepeat)
      standing.keptSince = max(standing.keptSince, loser.keptSince)
      if loser.revision > 0 { retracted.append(loser) }
      return true
    }
    insert(standing)
    return standing.eventID == conversion.eventID ? .new : .repeated
  }

  /// Puts a correction at its place in their order, after those that are equal in it.
  mutating func insert(_ correction: StoredCorrection) {
    var index = corrections.count
    while index > 0, correction.precedes(corrections[index - 1]) { index -= 1 }
    corrections.insert(correction, at: index)
  }

  /// What `conversion` is worth after everything that is known about it.
  func standing(_ conversion: StoredConversion, within span: TimeSpan) -> StandingConversion {
    StandingConversion(
      conversion,
      corrections.lazy.filter { $0.rule == conversion.rule && $0.key == conversion.key },
      within: span)
  }

  mutating func insert(_ conversion: StoredConversion) {
    var index = conversions.count
    while index > 0, conversion.precedes(conversions[index - 1]) { index -= 1 }
    conversions.insert(conversion, at: index)
  }
}

extension StoredCorrection {
  /// The report that `conversion` rests on, as one of several.
  fileprivate init(_ conversion: StoredConversion, _ key: String) {
    self.init(
      rule: conversion.rule, key: key, time: conversion.time, eventID: conversion.eventID,
      keptSince: conversion.keptSince,
      content: .report(
        rank: conversion.rank, value: conversion.value, currency: conversion.currency))
  }
}
