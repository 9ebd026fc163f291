internal import Attribution

/// What a conversion is worth, all reports and adjustments considered.
struct ReferenceWorth {
  var value: AuditDecimal?
  var currency: String?
  var isRetracted = false
}

extension ReferenceAttribution {
  /// What `conversion` comes to; `journey` is everything that the person did, in order.
  func worth(
    of conversion: AuditEvent, _ rule: AuditConversionRule, _ journey: [AuditEvent]
  ) -> ReferenceWorth {
    var worth = ReferenceWorth(
      value: value(ofReadable: conversion, by: rule), currency: currency(of: conversion, by: rule))
    guard let key = key(of: conversion, by: rule) else { return worth }
    let near = journey.filter { event in
      event.time - conversion.time <= settings.adjustWithin
        && conversion.time - event.time <= settings.adjustWithin
    }
    if !rule.prefer.isEmpty {
      let reports = near.filter { rule.matches($0) && self.key(of: $0, by: rule) == key }
      let valued = reports.filter { value(ofReadable: $0, by: rule) != nil }
      if let best = best(of: valued.isEmpty ? reports : valued, rule) {
        worth.value = value(ofReadable: best, by: rule)
        worth.currency = currency(of: best, by: rule)
      }
    }
    for event in near {
      for change in changes(of: rule, key, in: event) { worth.apply(change) }
    }
    return worth
  }

  // The first of those from the best source.
  private func best(of reports: [AuditEvent], _ rule: AuditConversionRule) -> AuditEvent? {
    func rank(_ event: AuditEvent) -> Int {
      let source = rule.reportedBy.flatMap { event.json.value(at: $0)?.nonEmptyText }
      return source.flatMap { rule.prefer.firstIndex(of: $0) } ?? rule.prefer.count
    }
    let bestRank = reports.map(rank).min()
    return reports.first { rank($0) == bestRank }
  }

  /// What one event does to the conversion with this key: a new value before what is taken from it.
  private func changes(
    of rule: AuditConversionRule, _ key: String, in event: AuditEvent
  ) -> [ReferenceChange] {
    let changes = settings.adjustments.compactMap { adjustment -> ReferenceChange? in
      guard adjustment.conversion == rule.name, adjustment.matches(event) else { return nil }
      do {
        let (found, change) = try self.adjustment(adjustment, in: event)
        return found == key ? change : nil
      } catch {
        preconditionFailure("unreadable adjustments were dropped, this is \(event.id)")
      }
    }
    return changes.filter(\.isSetting) + changes.filter(\.isSubtracting)
      + changes.filter { !$0.isSetting && !$0.isSubtracting }
  }

  func adjustment(
    _ rule: AuditAdjustment, in event: AuditEvent
  ) throws(UnreadableEvent) -> (key: String, change: ReferenceChange) {
    guard let key = key(of: event, at: rule.key) else { throw .wrongType }
    switch rule.change {
    case .cancel: return (key, .cancel)
    case .subtract(let pointer): return (key, .subtract(try amount(pointer, in: event)))
    case .set(let pointer): return (key, .set(try amount(pointer, in: event)))
    }
  }

  private func amount(
    _ pointer: String, in event: AuditEvent
  ) throws(UnreadableEvent) -> AuditDecimal {
    guard let amount = event.json.value(at: pointer)?.decimal else { throw .wrongType }
    return amount.withoutTrailingZeros
  }
}

/// What one event does to what a conversion is worth.
enum ReferenceChange {
  case subtract(AuditDecimal)
  case set(AuditDecimal)
  case cancel

  var isSetting: Bool { if case .set = self { true } else { false } }
  var isSubtracting: Bool { if case .subtract = self { true } else { false } }
}

extension ReferenceWorth {
  mutating func apply(_ change: ReferenceChange) {
    switch change {
    case .cancel: isRetracted = true
    case .set(let amount):
      value = amount.widened(to: AuditDecimal.minorUnit(of: currency)) ?? amount
      isRetracted = false
    case .subtract(let amount):
      guard let before = value, let after = before.reduced(by: amount) else { return }
      value = after
      if before.units > 0, after.units == 0 { isRetracted = true }
    }
  }
}
