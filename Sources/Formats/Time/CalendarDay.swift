/// A day of the Gregorian calendar, years 1 to 9999: what RFC 3339 can write.
struct CalendarDay: Equatable {
  var year: Int
  var month: Int
  var day: Int

  /// 1970-01-01, counted from 0001-01-01.
  private static let epoch = 719_162

  /// `nil` if there is no such day.
  init?(year: Int, month: Int, day: Int) {
    guard (1...9_999).contains(year), (1...12).contains(month), day >= 1 else { return nil }
    guard day <= CalendarDay.length(ofMonth: month, in: year) else { return nil }
    self.year = year
    self.month = month
    self.day = day
  }

  /// The day that begins `days` days after 1970-01-01; it must lie in the years 1 to 9999.
  init(daysSince1970 days: Int) {
    var rest = days + CalendarDay.epoch
    precondition(rest >= 0 && rest < 3_652_059, "day \(days) is outside of the years 1 to 9999")
    // The calendar repeats every 400 years. The last day of a leap year would begin a fifth
    // century, or a fifth year, of its cycle: hence the two `min`.
    let eras = rest / 146_097
    rest %= 146_097
    let centuries = min(rest / 36_524, 3)
    rest -= centuries * 36_524
    let leapCycles = rest / 1_461
    rest %= 1_461
    let years = min(rest / 365, 3)
    rest -= years * 365
    year = eras * 400 + centuries * 100 + leapCycles * 4 + years + 1
    // A month is never shorter than 28 days and never longer than 31: the guess is late by one
    // month at most.
    month = rest / 31 + 1
    if month < 12, rest >= CalendarDay.daysBefore(month: month + 1, in: year) { month += 1 }
    day = rest - CalendarDay.daysBefore(month: month, in: year) + 1
  }

  var daysSince1970: Int {
    let years = year - 1
    return years * 365 + years / 4 - years / 100 + years / 400
      + CalendarDay.daysBefore(month: month, in: year) + day - 1 - CalendarDay.epoch
  }

  private static func isLeap(_ year: Int) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }

  private static func length(ofMonth month: Int, in year: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  private static func daysBefore(month: Int, in year: Int) -> Int {
    let days =
      switch month {
      case 1: 0
      case 2: 31
      case 3: 59
      case 4: 90
      case 5: 120
      case 6: 151
      case 7: 181
      case 8: 212
      case 9: 243
      case 10: 273
      case 11: 304
      default: 334
      }
    return month > 2 && isLeap(year) ? days + 1 : days
  }
}
