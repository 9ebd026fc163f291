/// How numbers are written for people, whatever the locale.
enum NumberText {
  /// With a comma between thousands: `12,345`.
  static func grouped(_ number: Int) -> String {
    var digits = Array(String(number.magnitude))
    var index = digits.count - 3
    while index > 0 {
      digits.insert(",", at: index)
      index -= 3
    }
    return (number < 0 ? "-" : "") + String(digits)
  }

  /// In so many columns if possible: without commas, or in thousands or millions where it must be.
  static func grouped(_ number: Int, columns: Int) -> String {
    let candidates = [
      grouped(number), "\(number)", "\(grouped(number / 1_000))k", "\(number / 1_000)k",
    ]
    return candidates.first { $0.count <= columns } ?? "\(number / 1_000_000)M"
  }

  /// With one decimal: `12.3`.
  static func tenths(_ number: Double) -> String {
    let tenths = Int((number * 10).rounded())
    return "\(tenths < 0 ? "-" : "")\(tenths.magnitude / 10).\(tenths.magnitude % 10)"
  }

  /// Cents as money with two decimals: `1,234.50`.
  static func money(cents: Int64) -> String {
    let fraction = cents.magnitude % 100
    return (cents < 0 ? "-" : "") + grouped(Int(cents.magnitude / 100))
      + (fraction < 10 ? ".0\(fraction)" : ".\(fraction)")
  }

  /// A rate: whole numbers from ten on, one decimal below.
  static func rate(_ number: Double) -> String {
    number >= 10 ? grouped(Int(number.rounded())) : tenths(number)
  }

  /// `0:07`, `12:34`, `1:02:03`.
  static func clock(_ duration: Duration) -> String {
    let total = Int(duration.components.seconds)
    let (hours, minutes, seconds) = (total / 3_600, total / 60 % 60, total % 60)
    let tail = (seconds < 10 ? "0" : "") + "\(seconds)"
    guard hours > 0 else { return "\(minutes):\(tail)" }
    return "\(hours):" + (minutes < 10 ? "0" : "") + "\(minutes):\(tail)"
  }
}

extension Duration {
  /// As a number of seconds, for rates and for people.
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
