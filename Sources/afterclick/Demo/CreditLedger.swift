/// What every channel has earned under every shown model, by the last revision of each purchase.
struct CreditLedger {
  /// One line of the books.
  struct Row: Hashable, Sendable {
    var channel: String
    /// One for each `ShownModel`.
    var earned: [Earned]
  }

  /// Where the value of conversions goes that no touchpoint precedes.
  static let nobody = "(no touchpoint)"
  /// Conversions whose later revisions can still be booked; the oldest are forgotten beyond.
  static let capacity = 200_000

  /// What one conversion has put into the books, to be taken out when it is revised.
  private struct Entry {
    var revision: Int
    var total: Earned
    var parts: [(channel: Int, earned: [Earned])]
  }

  private var channels: [String] = []
  private var earned: [[Earned]] = []
  private var entries: [String: Entry] = [:]
  private var order: [String] = []
  private var oldest = 0
  /// All purchases booked, counted without any model.
  private(set) var revenue = Earned()
  /// Revisions booked after the first.
  private(set) var revisions = 0
  /// Conversions that came again in a revision already booked; exactly once means none.
  private(set) var repeats = 0

  /// Books `conversion`; one that has no value or that is older than what is remembered is left out.
  mutating func book(_ conversion: DemoConversion) {
    guard let cents = conversion.cents else { return }
    if let earlier = entries[conversion.id] {
      guard conversion.revision > earlier.revision else {
        repeats += 1
        return
      }
      revisions += 1
      revenue -= earlier.total
      for part in earlier.parts { add(part.earned, to: part.channel, negated: true) }
    } else {
      guard conversion.revision == 1 else { return }
      remember(conversion.id)
    }
    var entry = Entry(revision: conversion.revision, total: Earned(), parts: [])
    if !conversion.isRetracted {
      entry.total = Earned(millionths: 1_000_000, cents: cents)
      entry.parts = parts(of: conversion, entry.total)
    }
    revenue += entry.total
    for part in entry.parts { add(part.earned, to: part.channel, negated: false) }
    entries[conversion.id] = entry
  }

  private mutating func parts(
    of conversion: DemoConversion, _ total: Earned
  ) -> [(channel: Int, earned: [Earned])] {
    guard !conversion.touches.isEmpty else {
      let everything = ShownModel.allCases.map { _ in total }
      return [(index(of: CreditLedger.nobody), everything)]
    }
    return conversion.touches.map { (index(of: $0.channel), $0.earned) }
  }

  private mutating func index(of channel: String) -> Int {
    if let index = channels.firstIndex(of: channel) { return index }
    channels.append(channel)
    earned.append(ShownModel.allCases.map { _ in Earned() })
    return channels.count - 1
  }

  private mutating func add(_ amounts: [Earned], to channel: Int, negated: Bool) {
    for (model, amount) in amounts.enumerated() {
      if negated {
        earned[channel][model] -= amount
      } else {
        earned[channel][model] += amount
      }
    }
  }

  private mutating func remember(_ id: String) {
    guard order.count == CreditLedger.capacity else {
      order.append(id)
      return
    }
    entries[order[oldest]] = nil
    order[oldest] = id
    oldest = (oldest + 1) % CreditLedger.capacity
  }

  /// What each channel has earned, most under `linear` first.
  var rows: [Row] {
    let linear = ShownModel.linear.rawValue
    return zip(channels, earned).map { Row(channel: $0, earned: $1) }
      .sorted { ($1.earned[linear].cents, $0.channel) < ($0.earned[linear].cents, $1.channel) }
  }

  /// The sums of all channels, one for each `ShownModel`.
  var totals: [Earned] {
    ShownModel.allCases.map { model in
      earned.reduce(into: Earned()) { $0 += $1[model.rawValue] }
    }
  }
}
