package import Attribution

/// How a rate varies over the day and over the week, as factors around its level.
///
/// Every hour of the day has a factor, every day of the week another, and every hour of the week one
/// on top of both. All are shrunk: an hour of the week that was hardly seen goes by its day and its
/// hour of the day, and those by the level. Hours are of UTC, the week begins on Thursday, as the
/// count of milliseconds did.
package struct SeasonalFactors: Sendable {
  private var hourOfDay: [RateEstimate]
  private var dayOfWeek: [RateEstimate]
  private var hourOfWeek: [RateEstimate]
  /// The product of all, by hour of the week.
  private var combined: [Double]

  /// What an hour of the week keeps of its past from week to week: half after six weeks.
  private static let keepPerWeek = 0.89
  /// The same for what is learned once a day.
  private static let keepPerDay = 0.983
  /// And for what is learned once an hour of one day in seven.
  private static let keepPerHour = 0.995
  private static let hour: Int64 = 3_600_000
  private static let hoursPerWeek = 168

  /// `prior` is how many completions an hour has to show before it outweighs its parent.
  package init(prior: Double) {
    hourOfDay = [RateEstimate](repeating: RateEstimate(prior: prior), count: 24)
    dayOfWeek = [RateEstimate](repeating: RateEstimate(prior: prior), count: 7)
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
  ///
  /// From coarse to fine: what one explains, the next does not explain again.
  package mutating func learn(hour: Int64, observed: Double, expected: Double) {
    let week = SeasonalFactors.index(hour)
    var rest = expected
    func learn(_ estimate: inout RateEstimate, keep: Double) {
      let before = estimate.value
      estimate.learn(observed: observed, exposure: rest / before, keep: keep)
      rest *= estimate.value / before
    }
    learn(&hourOfDay[week % 24], keep: SeasonalFactors.keepPerDay)
    learn(&dayOfWeek[week / 24], keep: SeasonalFactors.keepPerHour)
    learn(&hourOfWeek[week], keep: SeasonalFactors.keepPerWeek)
    combine()
  }

  private mutating func combine() {
    for week in combined.indices {
      combined[week] =
        hourOfDay[week % 24].value * dayOfWeek[week / 24].value * hourOfWeek[week].value
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
    writer.write(parts: dayOfWeek)
    writer.write(parts: hourOfWeek)
  }

  package init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    let hourOfDay: [RateEstimate] = try reader.readParts()
    let dayOfWeek: [RateEstimate] = try reader.readParts()
    let hourOfWeek: [RateEstimate] = try reader.readParts()
    guard hourOfDay.count == 24, dayOfWeek.count == 7,
      hourOfWeek.count == SeasonalFactors.hoursPerWeek
    else { throw ByteReader.Malformed() }
    self.hourOfDay = hourOfDay
    self.dayOfWeek = dayOfWeek
    self.hourOfWeek = hourOfWeek
    combined = [Double](repeating: 1, count: SeasonalFactors.hoursPerWeek)
    combine()
  }
}
