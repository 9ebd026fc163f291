import Attribution
import Foundation
import Insights
import Simulation

/// What the watched shop is like: who comes when, and how they go on. All of it is known here, and
/// none of it to what watches.
enum WatchedShop {
  static let outline = FunnelOutline(
    name: "checkout", steps: ["product", "cart", "payment", "purchase"],
    dimensions: ["device", "channel", "country"], within: .days(1))

  static let devices = ["ios", "android", "desktop"]
  static let channels = ["Organic Search", "Paid Search", "Email", "Direct", "Paid Social"]
  static let countries = ["DE", "FR", "NL", "PL"]

  static let deviceShares = [0.3, 0.35, 0.35]
  static let channelShares = [0.35, 0.25, 0.15, 0.2, 0.05]
  static let countryShares = [0.5, 0.25, 0.15, 0.1]

  /// How much likelier people go on, by what they are.
  static let deviceFactors = [0.9, 0.8, 1.2]
  static let channelFactors = [1, 1.1, 1.3, 1.2, 0.55]
  static let countryFactors = [1.05, 0.95, 1, 0.85]

  /// The share that goes on from each step, before factors.
  static let rates = [0.3, 0.5, 0.55]
  /// Median minutes to the next step, and the deviation of their logarithm: from minutes to hours.
  static let delays = [(median: 4.0, spread: 1.0), (40.0, 1.4), (5.0, 0.9)]
  static let mobileSlowness = 1.3

  /// How many come, by the hour of the day and the day of the week, around a mean of one.
  static func rhythm(minute: Int64) -> Double {
    let hour = Double(minute % 1_440) / 60
    let day = minute / 1_440 % 7
    let daily = 1 + 0.75 * cos((hour - 19) / 24 * 2 * .pi) + 0.2 * cos((hour - 12) / 12 * 2 * .pi)
    // The count of days begins on a Thursday.
    let weekly = [1.0, 0.95, 0.9, 1.2, 1.05, 0.95, 0.95][Int(day)]
    return max(0.03, daily) * weekly
  }

  /// How readily people go on, by hour and day: in the evening and at weekends more than at night.
  static func mood(minute: Int64) -> Double {
    let hour = Double(minute % 1_440) / 60
    let day = minute / 1_440 % 7
    return (1 + 0.12 * cos((hour - 20) / 24 * 2 * .pi)) * (day == 2 || day == 3 ? 1.05 : 0.98)
  }
}

/// People are drawn and not counted on: random numbers of the shapes that traffic has.
extension SeededGenerator {
  mutating func normal() -> Double {
    (-2 * log(1 - fraction())).squareRoot() * cos(2 * .pi * fraction())
  }

  /// Poisson, by Knuth's product of uniforms; `mean` is below a few hundred.
  mutating func poisson(_ mean: Double) -> Int {
    let bound = exp(-mean)
    var product = fraction()
    var count = 0
    while product > bound {
      product *= fraction()
      count += 1
    }
    return count
  }

  mutating func pick(_ shares: [Double]) -> Int {
    var rest = fraction() * shares.reduce(0, +)
    for (index, share) in shares.enumerated() {
      rest -= share
      if rest < 0 { return index }
    }
    return shares.count - 1
  }
}

/// A level that wanders around one: the logarithm is autoregressive, so that counts vary more than
/// chance would let them, and for hours in the same direction.
struct WanderingLevel {
  let deviation: Double
  /// How much of a minute's deviation is left after a minute.
  let memory: Double
  private var state = 0.0

  init(deviation: Double, minutes: Double) {
    self.deviation = deviation
    memory = exp(-1 / minutes)
  }

  mutating func next(_ generator: inout SeededGenerator) -> Double {
    state =
      memory * state + (1 - memory * memory).squareRoot() * deviation * generator.normal()
    return exp(state)
  }
}
