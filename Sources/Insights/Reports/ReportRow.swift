package import Attribution

/// What one value of one dimension did for one conversion rule in one window.
///
/// Counts and money are sums, so that rows of several windows add up, and so that a correction is an
/// addition. Ratios are computed from them.
package struct ReportRow: Hashable, Sendable {
  /// What a row is of. Money of different currencies is never added.
  package struct Key: Hashable, Comparable, Sendable {
    package var window: EventTime
    package var dimension: Int
    package var value: String
    package var currency: String

    package static func < (left: Key, right: Key) -> Bool {
      (left.window, left.dimension, left.value, left.currency)
        < (right.window, right.dimension, right.value, right.currency)
    }
  }

  /// What one model gave.
  package struct Credit: Hashable, Sendable {
    /// Conversions, in millionths.
    package internal(set) var millionths: Int64 = 0
    /// Of these, those that were the first of their person.
    package internal(set) var firstMillionths: Int64 = 0
    package internal(set) var value = Amount.zero

    fileprivate mutating func add(
      _ credit: ReportedConversion.Credit, at indices: [Int], isFirst: Bool, sign: Int
    ) {
      for index in indices {
        let share = Int64(sign) * credit.millionths[index]
        millionths += share
        if isFirst { firstMillionths += share }
        guard !credit.values.isEmpty else { continue }
        value = value.adding(credit.values[index], isNegative: sign < 0)
      }
    }
  }

  package let key: Key
  /// Touchpoints on paths that converted.
  package internal(set) var touches = 0
  /// Conversions with at least one such touchpoint, whose path has `lengths` touchpoints and takes
  /// `lagMilliseconds` altogether.
  package internal(set) var conversions = 0
  package internal(set) var lengths = 0
  package internal(set) var lagMilliseconds: Int64 = 0
  /// Conversions whose last touchpoint it is, and what they are worth.
  package internal(set) var lastTouch = 0
  package internal(set) var lastTouchValue = Amount.zero
  /// Conversions on whose path it is, but not last.
  package internal(set) var assisted = 0
  package internal(set) var assistedValue = Amount.zero
  /// In the order of the report's models.
  package internal(set) var credits: [Credit]
  package internal(set) var cost = Amount.zero
  /// Clicks that were paid for.
  package internal(set) var clicks = 0

  package init(key: Key, models: Int) {
    self.key = key
    credits = [Credit](repeating: Credit(), count: models)
  }

  /// Counts a conversion on whose path these touchpoints, one at least, are the row's; with a `sign`
  /// of −1, takes it back.
  mutating func add(_ conversion: ReportedConversion, at indices: [Int], sign: Int) {
    let value = conversion.value ?? .zero
    let length = conversion.touches.count
    touches += sign * indices.count
    conversions += sign
    lengths += sign * length
    lagMilliseconds += Int64(sign) * conversion.lag.milliseconds
    if indices.last == length - 1 {
      lastTouch += sign
      lastTouchValue = lastTouchValue.adding(value, isNegative: sign < 0)
    } else {
      assisted += sign
      assistedValue = assistedValue.adding(value, isNegative: sign < 0)
    }
    for (model, credit) in conversion.credits.enumerated() {
      credits[model].add(credit, at: indices, isFirst: conversion.isFirst, sign: sign)
    }
  }

  package var isEmpty: Bool { self == ReportRow(key: key, models: credits.count) }

  /// Above one, it helps more often than it closes; `nil` if it never closes.
  package var assistToLast: Double? {
    lastTouch == 0 ? nil : Double(assisted) / Double(lastTouch)
  }

  package var meanLength: Double? {
    conversions == 0 ? nil : Double(lengths) / Double(conversions)
  }

  /// Mean time from the first touchpoint of the path to the conversion, in milliseconds.
  package var meanLag: Double? {
    conversions == 0 ? nil : Double(lagMilliseconds) / Double(conversions)
  }

  /// Cost per conversion under a model; `nil` without cost or conversions.
  package func costPerConversion(model: Int) -> Double? {
    guard cost.units != 0, credits[model].millionths > 0 else { return nil }
    return cost.approximate / (Double(credits[model].millionths) / 1_000_000)
  }

  /// Cost of winning a customer, that is per first conversion, under a model; `nil` without cost or
  /// such.
  package func costPerCustomer(model: Int) -> Double? {
    guard cost.units != 0, credits[model].firstMillionths > 0 else { return nil }
    return cost.approximate / (Double(credits[model].firstMillionths) / 1_000_000)
  }

  /// Value for each click that was paid for; `nil` without clicks.
  package func valuePerClick(model: Int) -> Double? {
    clicks > 0 ? credits[model].value.approximate / Double(clicks) : nil
  }

  /// Value for each unit of cost under a model; `nil` without cost.
  package func returnOnSpend(model: Int) -> Double? {
    cost.units == 0 ? nil : credits[model].value.approximate / cost.approximate
  }

  /// Cost for each conversion that it assisted; `nil` without cost or such.
  package var costPerAssist: Double? {
    cost.units == 0 || assisted == 0 ? nil : cost.approximate / Double(assisted)
  }
}

extension Amount {
  /// The exact sum, at the larger of both scales; stays what it was where that does not fit.
  func adding(_ other: Amount, isNegative: Bool = false) -> Amount {
    let scale = max(scale, other.scale)
    guard let left = widened(toScale: scale), let right = other.widened(toScale: scale) else {
      return self
    }
    let (sum, overflow) =
      isNegative
      ? left.units.subtractingReportingOverflow(right.units)
      : left.units.addingReportingOverflow(right.units)
    guard !overflow else { return self }
    return sum == 0 ? .zero : Amount(units: sum, scale: scale)
  }
}
