package import Attribution

/// How a rate varies over the day and over the week, as factors around its level.
///
/// Every hour of the day has a factor, and every hour of the week another on top of it. Both are
/// shrunk: an hour of the week that was hardly seen goes by its hour of the day, and that by the
/// level. Hours are of UTC, the week begins on Thursday, as the count of milliseconds did.
package struct SeasonalFactors: Sendable {
  private var hourOfDay: [RateEstimate]
  private var hourOfWeek: [RateEstimate]
  /// The product of both, by hour of the week.
  private var combined: [Double]

  /// What an hour of the week keeps of its past from week to week: half after four weeks.
  private static let keepPerWeek = 0.84
  /// What an hour of the day keeps from day to day: the same per week.
  private static let keepPerDay = 0.975
  private static let hour: Int64 = 3_600_000
  private static let hoursPerWeek = 168

  /// `prior` is how many completions an hour has to show before it outweighs its parent.
  package init(prior: Double) {
    hourOfDay = [RateEstimate](repeating: RateEstimate(prior: prior), count: 24)
    hourOfWeek = [RateEstimate](
      repeating: RateEstimate(prior: prior), count: SeasonalFactors.hoursPerWeek)
    combined = [Double](repeating: 1, count: SeasonalFactors.hoursPerWeek)
  }

  /// Hours since the beginning of time that `time` is in.
  static func hour(of time: EventTime) -> Int64 {
    let (quotient, remainder) = time.milliseconds.quotientAndRemainder(dividingBy: hour)
    return remainder < 0 ? quotient - 1 : quotient
  }

  /// The factor at `time`, between the middles of two hours by the share of each.
  package func factor(at time: EventTime) -> Double {
    let half = SeasonalFactors.hour / 2
    let shifted = EventTime(milliseconds: time.milliseconds - half)
    let first = SeasonalFactors.hour(of: shifted)
    let share =
      Double(shifted.milliseconds - first * SeasonalFactors.hour) / Double(SeasonalFactors.hour)
    return combined[SeasonalFactors.index(first)] * (1 - share)
      + combined[SeasonalFactors.index(first + 1)] * share
  }

  /// Learns from a whole hour in which `observed` came where these factors had `expected`.
  package mutating func learn(hour: Int64, observed: Double, expected: Double) {
    let week = SeasonalFactors.index(hour)
    let day = week % 24
    let dayBefore = hourOfDay[day].value
    hourOfDay[day].learn(
      observed: observed, exposure: expected / dayBefore, keep: SeasonalFactors.keepPerDay)
    // What the day explains by now is not explained again by the week.
    let rest = expected * hourOfDay[day].value / dayBefore
    hourOfWeek[week].learn(
      observed: observed, exposure: rest / hourOfWeek[week].value,
      keep: SeasonalFactors.keepPerWeek)
    for other in stride(from: day, to: SeasonalFactors.hoursPerWeek, by: 24) {
      combined[other] = hourOfDay[day].value * hourOfWeek[other].value
    }
  }

  private static func index(_ hour: Int64) -> Int {
    let remainder = Int(hour % Int64(hoursPerWeek))
    return remainder < 0 ? remainder + hoursPerWeek : remainder
  }
}

extension SeasonalFactors: StateBytes {
  package func write(to writer: inout ByteWriter) {
    writer.write(parts: hourOfDay)
    writer.write(parts: hourOfWeek)
  }

  package init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    let hourOfDay: [RateEstimate] = try reader.readParts()
    let hourOfWeek: [RateEstimate] = try reader.readParts()
    guard hourOfDay.count == 24, hourOfWeek.count == SeasonalFactors.hoursPerWeek else {
      throw ByteReader.Malformed()
    }
    self.hourOfDay = hourOfDay
    self.hourOfWeek = hourOfWeek
    combined = hourOfWeek.indices.map { hourOfDay[$0 % 24].value * hourOfWeek[$0].value }
  }
}
