import Attribution

@testable import Insights

/// A funnel of two steps whose people have a system, a version and a country, all at random: enough to
/// see whom a watch suspects.
struct CrossedShop {
  /// From some minute on, only so many of those who are all of this still arrive.
  struct Fault {
    var from: Int64
    var to: Int64
    var ratio: Double
    /// By dimension; `nil` is any.
    var values: [String?]
    /// How many times as long people take.
    var slowness: Int64 = 1

    func hits(_ segments: [String]) -> Bool {
      zip(values, segments).allSatisfy { $0 == nil || $0 == $1 }
    }
  }

  static let outline = FunnelOutline(
    name: "checkout", steps: ["payment", "purchase"], dimensions: ["device", "version", "country"],
    within: .hours(2))
  private static let devices = ["ios", "android", "desktop"]
  private static let versions = ["5.1", "5.2"]
  private static let countries = ["DE", "FR", "NL"]

  var watch: FunnelWatch
  var faults: [Fault] = []
  /// How much likelier people with 5.2 on iOS arrive, whatever is wrong.
  var interaction = 1.0
  private(set) var alerts: [Alert] = []
  private(set) var minute: Int64 = 0
  private var dice: Dice
  private var due: [Int64: [(segments: [String], entered: Int64)]] = [:]

  init(seed: UInt64 = 1, settings: AlertSettings = AlertSettings()) {
    dice = Dice(seed: seed)
    watch = FunnelWatch(outline: CrossedShop.outline, settings: settings, falseAlarmsPerWeek: 1)
    _ = watch.advance(to: SmallShop.time(0))
  }

  mutating func run(days: Double) { run(minutes: Int64(days * 1_440)) }

  mutating func run(minutes: Int64) {
    for _ in 0..<minutes {
      step()
      alerts += watch.advance(to: SmallShop.time(minute))
    }
  }

  /// The watch, as bytes.
  var bytes: [UInt8] {
    var writer = ByteWriter()
    watch.write(to: &writer)
    return writer.bytes
  }

  private mutating func step() {
    let now = SmallShop.time(minute) + .seconds(30)
    let fault = faults.first { $0.from <= minute && minute < $0.to }
    for person in due.removeValue(forKey: minute) ?? [] {
      if let fault, fault.hits(person.segments), dice.fraction() >= fault.ratio { continue }
      watch.record(
        .reached(
          StageReached(
            stage: 1, time: now, began: now,
            origin: .init(
              time: SmallShop.time(person.entered) + .seconds(30), segments: person.segments),
            segments: person.segments)))
    }
    for _ in 0..<dice.poisson(12) { enter(now, fault) }
    minute += 1
  }

  private mutating func enter(_ now: EventTime, _ fault: Fault?) {
    let segments = [
      CrossedShop.devices[dice.below(3)], CrossedShop.versions[dice.below(2)],
      CrossedShop.countries[dice.below(3)],
    ]
    watch.record(.reached(StageReached(stage: 0, time: now, began: now, segments: segments)))
    let isSpecial = segments[0] == "ios" && segments[1] == "5.2"
    let rate = (segments[0] == "ios" ? 0.3 : 0.4) * (isSpecial ? interaction : 1)
    guard dice.fraction() < rate else { return }
    var delay: Int64 = 0
    while delay < 100, dice.fraction() < 0.84 { delay += 1 }
    if let fault, fault.hits(segments) { delay = min(100, delay * fault.slowness) }
    due[minute + 1 + delay, default: []].append((segments, minute))
  }
}
