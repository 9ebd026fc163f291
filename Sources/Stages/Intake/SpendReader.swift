internal import Attribution
internal import Formats
internal import Insights

/// Finds out what an event says was spent.
struct SpendReader: Sendable {
  private let rules: [InsightsPlan.Spend]
  private let valueLimit: Int

  init(_ plan: InsightsPlan, limits: JourneyLimits) {
    rules = plan.spend
    valueLimit = limits.dimensionBytes
  }

  /// What was spent, by the first rule that holds for `event`; `nil` if none does. Its dimension is
  /// named by its place in the rules, as long as no report is known that it belongs to.
  func spend(
    in event: borrowing TrackingEvent
  ) throws(RejectedInput) -> (rule: InsightsPlan.Spend, spend: ReportedSpend)? {
    for rule in rules where rule.when.matches(event) {
      return (rule, try spend(rule, event))
    }
    return nil
  }

  private func spend(
    _ rule: InsightsPlan.Spend, _ event: borrowing TrackingEvent
  ) throws(RejectedInput) -> ReportedSpend {
    guard let value = event.plainText(rule.value), !value.isEmpty,
      value.utf8.count <= valueLimit
    else {
      throw RejectedInput(
        .invalidValue,
        "the spend does not say, in \(valueLimit) bytes at most, on which \(rule.dimension)")
    }
    var clicks = 0
    if let field = rule.clicks, event.has(field) {
      guard let number = event.amount(field)?.normalized, number.scale == 0,
        let count = Int(exactly: number.units), (0...SpendReader.mostClicks).contains(count)
      else { throw RejectedInput(.invalidValue, "the clicks of the spend are no whole number") }
      clicks = count
    }
    var currency: String?
    switch rule.currency {
    case .none: break
    case .fixed(let code): currency = code
    case .field(let field): currency = event.string(field).map { $0.uppercased() }
    }
    let scale = Currency.minorUnitScale(of: currency)
    guard let cost = event.amount(rule.cost)?.normalized.widened(toScale: scale),
      cost.units != .min
    else { throw RejectedInput(.invalidValue, "the cost of the spend is not a decimal number") }
    // A separator that no text has, so that two keys are never one.
    var key: [UInt8] = []
    for field in rule.key {
      guard let part = event.plainText(field), !part.isEmpty, part.utf8.count <= valueLimit else {
        throw RejectedInput(.invalidValue, "the spend has no key, or one that is too long")
      }
      key += Array(part.utf8) + [0]
    }
    return ReportedSpend(
      id: "\(rule.dimension)/" + key.withUnsafeBytes { SpendReader.name(of: $0) },
      time: event.time, dimension: 0, value: value, cost: cost, currency: currency,
      clicks: clicks)
  }

  /// More than anybody is charged for in a record.
  private static let mostClicks = 1 << 40

  /// Short, whatever the key is; the same in every process.
  private static func name(of key: UnsafeRawBufferPointer) -> String {
    let (high, low) = StableHash.siphash128(key)
    return "\(high)-\(low)"
  }
}
