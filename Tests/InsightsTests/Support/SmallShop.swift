import Attribution

@testable import Insights

/// A funnel of two steps with steady traffic, minute by minute: enough to see what a watch does.
struct SmallShop {
  /// What is wrong, from some minute on.
  struct Fault {
    var from: Int64
    var to: Int64
    /// The share of people who still arrive.
    var ratio: Double
    /// Only of these; `nil` is all.
    var device: String?
    /// How many times as long people take.
    var slowness: Int64 = 1
  }

  static let outline = FunnelOutline(
    name: "checkout", steps: ["payment", "purchase"], dimensions: ["device"], within: .hours(2))
  /// 2026-01-01, a full hour.
  static let start: Int64 = 20_454 * 1_440

  var watch: FunnelWatch
  var faults: [Fault] = []
  private(set) var minute: Int64 = 0
  private(set) var alerts: [Alert] = []
  private var dice: Dice
  private var due: [Int64: [(device: String, entered: Int64)]] = [:]
  var peoplePerMinute: Double
  /// Nobody comes in these minutes.
  var silence: Range<Int64>?

  init(seed: UInt64 = 1, peoplePerMinute: Double = 6, settings: AlertSettings = AlertSettings()) {
    dice = Dice(seed: seed)
    self.peoplePerMinute = peoplePerMinute
    watch = FunnelWatch(outline: SmallShop.outline, settings: settings, falseAlarmsPerWeek: 1)
    _ = watch.advance(to: SmallShop.time(0))
  }

  static func time(_ minute: Int64) -> EventTime {
    EventTime(milliseconds: (start + minute) * 60_000)
  }

  mutating func run(days: Double) { run(minutes: Int64(days * 1_440)) }

  mutating func run(minutes: Int64) {
    for _ in 0..<minutes {
      step()
      alerts += watch.advance(to: SmallShop.time(minute))
    }
  }

  private mutating func step() {
    let now = SmallShop.time(minute) + .seconds(30)
    let fault = faults.first { $0.from <= minute && minute < $0.to }
    for person in due.removeValue(forKey: minute) ?? [] {
      if let fault, fault.device ?? person.device == person.device, fault.slowness == 1,
        dice.fraction() >= fault.ratio
      {
        continue
      }
      watch.record(.seen(step: 1))
      watch.record(
        .reached(
          StageReached(
            stage: 1, time: now, began: now,
            origin: .init(
              time: SmallShop.time(person.entered) + .seconds(30), segments: [person.device]),
            segments: [person.device], value: Amount(units: 7_000, scale: 2), currency: "EUR")))
    }
    let isSilent = silence?.contains(minute) ?? false
    let count = isSilent ? 0 : dice.poisson(peoplePerMinute)
    for _ in 0..<count { enter(now, fault) }
    minute += 1
  }

  private mutating func enter(_ now: EventTime, _ fault: Fault?) {
    let device = dice.below(10) < 3 ? "ios" : "desktop"
    watch.record(.seen(step: 0))
    watch.record(.reached(StageReached(stage: 0, time: now, began: now, segments: [device])))
    guard dice.fraction() < (device == "ios" ? 0.4 : 0.6) else { return }
    // Half of those left come every four minutes.
    var delay: Int64 = 0
    while delay < 100, dice.fraction() < 0.84 { delay += 1 }
    delay = min(100, delay * (fault?.slowness ?? 1))
    due[minute + 1 + delay, default: []].append((device, minute))
  }
}
