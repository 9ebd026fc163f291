import Attribution

@testable import Insights

/// A funnel of three steps, minute by minute: cart, payment, purchase. What breaks may break in both
/// of its transitions.
struct LongShop {
  /// What is wrong with those who would arrive, from some minute on.
  struct Fault {
    /// The step they leave: 0 or 1.
    var step: Int
    var from: Int64
    var to: Int64
    /// The share of people who still arrive.
    var ratio: Double
    /// Only of these; `nil` is all.
    var device: String?
  }

  static let outline = FunnelOutline(
    name: "checkout", steps: ["cart", "payment", "purchase"], dimensions: ["device"],
    within: .hours(2))
  /// Ten quiet days, the same for everybody who plants something afterwards.
  static let quietDays: Int64 = 10
  static let quiet: LongShop = {
    var shop = LongShop()
    shop.run(minutes: quietDays * 1_440)
    return shop
  }()
  /// When the quiet days are over.
  static let now = quietDays * 1_440

  var watch: FunnelWatch
  var faults: [Fault] = []
  var peoplePerMinute = 15.0
  private(set) var minute: Int64 = 0
  private(set) var alerts: [Alert] = []
  private var dice = Dice(seed: 3)
  private var due: [Int64: [(step: Int, device: String, entered: Int64)]] = [:]

  init() {
    watch = LongShop.newWatch()
    _ = watch.advance(to: SmallShop.time(0))
  }

  static func newWatch(_ settings: AlertSettings = AlertSettings()) -> FunnelWatch {
    FunnelWatch(outline: LongShop.outline, settings: settings, falseAlarmsPerWeek: 1)
  }

  /// Of the watch, which counts minutes since 1970.
  static func bin(_ minute: Int64) -> Int64 { SmallShop.start + minute }

  /// Goes on with a watch that was written and read.
  mutating func restart(_ settings: AlertSettings = AlertSettings()) throws {
    var writer = ByteWriter()
    watch.write(to: &writer)
    var restored = LongShop.newWatch(settings)
    try StateChecks.reading(writer.bytes) { reader in
      try restored.restore(from: &reader)
      guard reader.isAtEnd else { throw ByteReader.Malformed() }
    }
    watch = restored
  }

  mutating func run(minutes: Int64) {
    for _ in 0..<minutes {
      let now = SmallShop.time(minute) + .seconds(30)
      for person in due.removeValue(forKey: minute) ?? [] { arrive(person, now) }
      for _ in 0..<dice.poisson(peoplePerMinute) {
        enter(0, dice.below(10) < 4 ? "ios" : "desktop", from: nil, now)
      }
      minute += 1
      alerts += watch.advance(to: SmallShop.time(minute))
    }
  }

  private mutating func arrive(
    _ person: (step: Int, device: String, entered: Int64), _ now: EventTime
  ) {
    let ratio = faults.filter {
      $0.step == person.step - 1 && $0.from <= minute && minute < $0.to
        && $0.device ?? person.device == person.device
    }.map(\.ratio).min()
    if let ratio, dice.fraction() >= ratio { return }
    enter(person.step, person.device, from: person.entered, now)
  }

  private mutating func enter(
    _ step: Int, _ device: String, from entered: Int64?, _ now: EventTime
  ) {
    watch.record(.seen(step: step))
    let origin = entered.map {
      StageReached.Origin(time: SmallShop.time($0) + .seconds(30), segments: [device])
    }
    watch.record(
      .reached(
        StageReached(
          stage: step, time: now, began: now, origin: origin, segments: [device],
          value: step == 2 ? Amount(units: 50, scale: 0) : nil,
          currency: step == 2 ? "EUR" : nil)))
    guard step < 2, dice.fraction() < 0.6 else { return }
    var delay: Int64 = 1
    while delay < 60, dice.fraction() < 0.84 { delay += 1 }
    due[minute + delay, default: []].append((step + 1, device, minute))
  }
}
