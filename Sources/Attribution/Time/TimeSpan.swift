/// An exact length of event time in milliseconds; written `90s`, `30m`, `12h`, `30d`.
///
/// Days are 24 hours: lookback windows are durations, never calendar days.
@usableFromInline
package struct TimeSpan: Hashable, Comparable, Sendable {
  @usableFromInline package var milliseconds: Int64

  @inlinable
  package init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  package static let zero = TimeSpan(milliseconds: 0)

  package static func seconds(_ count: Int64) -> TimeSpan {
    TimeSpan(milliseconds: count * 1_000)
  }

  package static func minutes(_ count: Int64) -> TimeSpan { seconds(count * 60) }
  package static func hours(_ count: Int64) -> TimeSpan { minutes(count * 60) }
  package static func days(_ count: Int64) -> TimeSpan { hours(count * 24) }

  @inlinable
  package static func < (left: TimeSpan, right: TimeSpan) -> Bool {
    left.milliseconds < right.milliseconds
  }

  @inlinable
  package static func + (left: TimeSpan, right: TimeSpan) -> TimeSpan {
    TimeSpan(milliseconds: left.milliseconds + right.milliseconds)
  }
}

extension TimeSpan: CustomStringConvertible {
  private static let units: [(suffix: StaticString, milliseconds: Int64)] = [
    ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1),
  ]

  /// Reads a whole number with a unit: `250ms`, `90s`, `30m`, `12h`, `30d`. Anything else is `nil`,
  /// as is a span that would not fit a hundred years.
  package init?(_ text: some StringProtocol) {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let suffix = text.dropFirst(digits.count)
    guard let count = Int64(digits),
      let unit = TimeSpan.units.first(where: { "\($0.suffix)" == suffix })
    else { return nil }
    let (milliseconds, overflow) = count.multipliedReportingOverflow(by: unit.milliseconds)
    guard !overflow, milliseconds <= 36_525 * 86_400_000 else { return nil }
    self.init(milliseconds: milliseconds)
  }

  /// The shortest exact spelling in one unit: 2,592,000,000 ms is `30d`.
  @usableFromInline package var description: String {
    let (count, unit) = spelling
    return "\(count)\(unit)"
  }

  /// The number and the unit of the shortest exact spelling.
  package var spelling: (count: Int64, unit: StaticString) {
    guard milliseconds != 0 else { return (0, "s") }
    for unit in TimeSpan.units where milliseconds % unit.milliseconds == 0 {
      return (milliseconds / unit.milliseconds, unit.suffix)
    }
    return (milliseconds, "ms")
  }
}
