import Attribution
import Foundation
import Insights
import Simulation

/// The watched shop's people, minute by minute, as facts about its funnel.
struct WatchedTraffic {
  private struct Person {
    /// Device, channel, country.
    var place: [Int]
    var stage: Int
    var entered: Int64
    /// The tracker missed a step: later ones are seen, and belong to nothing.
    var isLost: Bool
  }

  private struct Wave {
    var channel: Int
    var factor: Double
    var start: Int64
    var end: Int64
    /// Minutes in which it halves; 0 for one that stays as it is.
    var halfLife: Double
  }

  private var generator: SeededGenerator
  private var due: [[Person]]
  private var crowd: WanderingLevel
  private var moods: [WanderingLevel]
  private var waves: [Wave] = []
  private let peoplePerMinute: Double
  /// Faults, none of which overlap.
  var fault: PlantedFault?
  /// What the fault took in the last minute, and what it left.
  private(set) var touched = 0
  private(set) var minute: Int64
  private let segments: [[String]]

  init(seed: UInt64, start: Int64, peoplePerMinute: Double) {
    generator = SeededGenerator(seed: seed)
    minute = start
    self.peoplePerMinute = peoplePerMinute
    due = [[Person]](repeating: [], count: 1_441)
    crowd = WanderingLevel(deviation: 0.08, minutes: 90)
    // Some of it for an hour, some of it for a day.
    moods =
      WatchedShop.rates.map { _ in WanderingLevel(deviation: 0.05, minutes: 60) }
      + WatchedShop.rates.map { _ in WanderingLevel(deviation: 0.02, minutes: 1_440) }
    segments = WatchedTraffic.allSegments()
  }

  private static func allSegments() -> [[String]] {
    var all: [[String]] = []
    for device in WatchedShop.devices {
      for channel in WatchedShop.channels {
        for country in WatchedShop.countries { all.append([device, channel, country]) }
      }
    }
    return all
  }

  private func text(_ place: [Int]) -> [String] {
    let channels = WatchedShop.channels.count
    let countries = WatchedShop.countries.count
    return segments[(place[0] * channels + place[1]) * countries + place[2]]
  }

  /// Whether a burst or a campaign brings more people than usual, or did in the last hours.
  var isUnusuallyBusy: Bool {
    waves.contains { $0.start <= minute && minute < $0.end + 360 }
  }

  /// Moves on by a minute. Facts go to `watch`.
  mutating func step(_ watch: (FunnelFact) -> Void) {
    touched = 0
    let levels = moods.indices.map { moods[$0].next(&generator) }
    startWaves()
    let place = Int(minute % Int64(due.count))
    let arriving = due[place]
    due[place].removeAll(keepingCapacity: true)
    let mood = WatchedShop.mood(minute: minute)
    for person in arriving { arrive(person, mood, levels, watch) }
    var shares = WatchedShop.channelShares
    for wave in waves where wave.start <= minute && minute < wave.end {
      let age = Double(minute - wave.start)
      let fading = wave.halfLife > 0 ? exp2(-age / wave.halfLife) : 1
      shares[wave.channel] *= 1 + (wave.factor - 1) * fading
    }
    let mean =
      peoplePerMinute * WatchedShop.rhythm(minute: minute) * crowd.next(&generator)
      * shares.reduce(0, +)
    for _ in 0..<generator.poisson(mean) {
      let place = [
        generator.pick(WatchedShop.deviceShares), generator.pick(shares),
        generator.pick(WatchedShop.countryShares),
      ]
      let person = Person(place: place, stage: 0, entered: minute, isLost: false)
      enter(person, from: nil, mood, levels, watch)
    }
    minute += 1
  }

  private mutating func arrive(
    _ person: Person, _ mood: Double, _ levels: [Double], _ watch: (FunnelFact) -> Void
  ) {
    if let fault, fault.isActive(at: minute), fault.stops(person.place, at: person.stage - 1),
      !person.isLost
    {
      touched += 1
      guard !generator.chance(1 - fault.ratio(at: minute)) else { return }
    }
    var next = person
    next.entered = minute
    enter(next, from: person.isLost ? nil : person.entered, mood, levels, watch)
  }

  private mutating func enter(
    _ person: Person, from origin: Int64?, _ mood: Double, _ levels: [Double],
    _ watch: (FunnelFact) -> Void
  ) {
    var person = person
    let time = EventTime(milliseconds: minute * 60_000 + 30_000)
    let isHidden =
      fault.map { $0.kind == .silent && $0.isActive(at: minute) && $0.step == person.stage - 1 }
      ?? false
    if isHidden {
      person.isLost = true
    } else {
      watch(.seen(step: person.stage))
      if !person.isLost {
        watch(.reached(reached(person, time, origin)))
      }
    }
    guard person.stage < WatchedShop.rates.count else { return }
    let rate =
      WatchedShop.rates[person.stage] * WatchedShop.deviceFactors[person.place[0]]
      * WatchedShop.channelFactors[person.place[1]] * WatchedShop.countryFactors[person.place[2]]
      * mood * levels[person.stage] * levels[person.stage + WatchedShop.rates.count]
    guard generator.chance(rate) else { return }
    let (median, spread) = WatchedShop.delays[person.stage]
    var delay = median * exp(spread * generator.normal())
    if person.place[0] < 2 { delay *= WatchedShop.mobileSlowness }
    if let fault, fault.isActive(at: minute) { delay *= fault.slowness(at: person.stage) }
    guard delay < 1_439 else { return }
    person.stage += 1
    due[Int((minute + 1 + Int64(delay)) % Int64(due.count))].append(person)
  }

  private func reached(_ person: Person, _ time: EventTime, _ origin: Int64?) -> StageReached {
    let segments = text(person.place)
    return StageReached(
      stage: person.stage, time: time, began: time,
      origin: origin.map {
        .init(time: EventTime(milliseconds: $0 * 60_000 + 30_000), segments: segments)
      },
      segments: segments, value: person.stage == 3 ? Amount(units: 7_000, scale: 2) : nil,
      currency: person.stage == 3 ? "EUR" : nil)
  }

  /// Mailings, about four a week, double and treble the traffic for an hour or two; campaigns, about
  /// one in two weeks, bring people for days who seldom buy.
  private mutating func startWaves() {
    waves.removeAll { $0.end + 360 < minute }
    if generator.chance(4 / 10_080) {
      waves.append(
        Wave(
          channel: 2, factor: 8 + 12 * generator.fraction(), start: minute, end: minute + 300,
          halfLife: 45))
    }
    if generator.chance(0.5 / 10_080), !waves.contains(where: { $0.halfLife == 0 }) {
      let days = Double(2 + generator.below(6))
      waves.append(
        Wave(
          channel: 4, factor: 4 + 8 * generator.fraction(), start: minute,
          end: minute + Int64(days * 1_440), halfLife: 0))
    }
  }
}
