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
    _ report: ConversionReport, rule index: Int, of rule: ConversionRule, event: JourneyEvent,
    streamTime: EventTime, retracted: inout [StoredConversion]
  ) -> ReportOutcome {
    let conversion = StoredConversion(
      rule: index, report: report, event: event, keptSince: streamTime)
    if report.key != nil { return recordKeyed(conversion) }
    if let within = rule.deduplicateWithin {
      return recordChained(conversion, within: within, retracted: &retracted)
    }
    insert(conversion)
    return .new
  }

  private mutating func recordKeyed(_ conversion: StoredConversion) -> ReportOutcome {
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
    guard conversion.precedes(known) else {
      conversions[index] = known
      return .repeated
    }
    conversions.remove(at: index)
    known.time = conversion.time
    known.eventID = conversion.eventID
    known.value = conversion.value
    known.currency = conversion.currency
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

  private mutating func insert(_ conversion: StoredConversion) {
    var index = conversions.count
    while index > 0, conversion.precedes(conversions[index - 1]) { index -= 1 }
    conversions.insert(conversion, at: index)
  }
}
