/// What a conversion is worth after everything that is known about it.
package struct StandingConversion: Hashable, Sendable {
  package private(set) var value: Amount?
  package private(set) var currency: String?
  package private(set) var isRetracted = false

  /// The conversion's own report is one of several: of those with a value (of all, if none has one)
  /// the most preferred counts, of these the earliest. Then come the adjustments, in order of event
  /// time. Corrections further than `span` from the conversion do not count.
  ///
  /// `corrections` are those of the conversion's rule and key, in their order.
  init(
    _ conversion: StoredConversion, _ corrections: some Sequence<StoredCorrection>,
    within span: TimeSpan
  ) {
    var best = Rank(conversion)
    value = conversion.value
    currency = conversion.currency
    let corrections = corrections.filter {
      $0.time - conversion.time <= span && conversion.time - $0.time <= span
    }
    for correction in corrections {
      guard case .report(_, let value, let currency) = correction.content,
        let rank = Rank(correction), rank < best
      else { continue }
      best = rank
      self.value = value
      self.currency = currency
    }
    for correction in corrections {
      if case .adjustment(let change) = correction.content { apply(change) }
    }
  }

  private mutating func apply(_ change: AdjustmentReport.Change) {
    switch change {
    case .set(let amount):
      let scale = Currency.minorUnitScale(of: currency)
      value = amount.normalized.widened(toScale: scale) ?? amount
      isRetracted = false
    case .subtract(let amount):
      guard let before = value, let after = before.reduced(by: amount) else { return }
      value = after
      // Refunded in full.
      if before.units > 0, after.units == 0 { isRetracted = true }
    case .cancel:
      isRetracted = true
    }
  }

  /// Where a report stands among those of one conversion; the least is the one that counts.
  private struct Rank: Comparable {
    let hasNoValue: Bool
    let preference: Int
    let time: EventTime
    let eventID: EventID

    init(_ conversion: StoredConversion) {
      hasNoValue = conversion.value == nil
      preference = conversion.rank
      time = conversion.time
      eventID = conversion.eventID
    }

    init?(_ correction: StoredCorrection) {
      guard case .report(let rank, let value, _) = correction.content else { return nil }
      hasNoValue = value == nil
      preference = rank
      time = correction.time
      eventID = correction.eventID
    }

    static func < (left: Rank, right: Rank) -> Bool {
      if left.hasNoValue != right.hasNoValue { return right.hasNoValue }
      return (left.preference, left.time, left.eventID)
        < (right.preference, right.time, right.eventID)
    }
  }
}

extension Amount {
  /// This amount less `amount`, but never past zero: nobody gives back more than there was. `nil` if
  /// the two cannot be written with the same number of decimals.
  package func reduced(by amount: Amount) -> Amount? {
    let scale = max(scale, amount.scale)
    guard let left = widened(toScale: scale), let right = amount.widened(toScale: scale) else {
      return nil
    }
    let units = left.units.subtractingReportingOverflow(right.units)
    guard !units.overflow else { return nil }
    return Amount(units: max(units.partialValue, min(left.units, 0)), scale: scale)
  }
}
