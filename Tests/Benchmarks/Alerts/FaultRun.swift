import Attribution
import Foundation
import Insights
import Simulation

/// What became of one planted fault.
struct FaultOutcome {
  let fault: PlantedFault
  /// Minutes from its start to the first alert that says what it is; `nil` if there was none.
  var delay: Double?
  /// Minutes until the information of Lorden's bound had come; `nil` where it is not defined.
  var bound: Double?
  /// Whether the first alert named the right segment, or rightly none.
  var isSuspectRight: Bool?
  /// Whether the alert, as it was last said, calls it something else.
  var isMisnamed = false
  /// Minutes from its end to the alert's; `nil` if it was not resolved in time.
  var resolution: Double?
  /// Other alerts raised at the same time.
  var besides = 0

  /// The delay as a multiple of the bound.
  var multiple: Double? {
    guard let delay, let bound else { return nil }
    return delay / bound
  }
}

/// Traffic for weeks, with faults or without, and everything that was said about it.
struct FaultRun {
  private(set) var outcomes: [FaultOutcome] = []
  private(set) var falseAlarms: [Alert] = []
  /// Alerts about bursts and campaigns: true, and not for waking anybody.
  private(set) var trueSpikes = 0
  private(set) var weeks = 0.0
  private var traffic: WatchedTraffic
  private var watch: FunnelWatch
  private var generator: SeededGenerator
  private let start: Int64
  /// Ids of alerts that are firing.
  private var open: Set<String> = []

  /// A Thursday of a January.
  private static let beginning: Int64 = 20_454 * 1_440
  /// Mean time between false alarms, in minutes: what Lorden's bound is for.
  private let meanTime: Double

  init(seed: UInt64, peoplePerMinute: Double, settings: AlertSettings) {
    start = FaultRun.beginning
    traffic = WatchedTraffic(seed: seed, start: start, peoplePerMinute: peoplePerMinute)
    watch = FunnelWatch(
      outline: WatchedShop.outline, settings: settings,
      falseAlarmsPerWeek: settings.falseAlarmsPerWeek)
    generator = SeededGenerator(seed: seed ^ 0xfa17)
    meanTime = 10_080 / settings.falseAlarmsPerWeek
    _ = watch.advance(to: EventTime(milliseconds: start * 60_000))
  }

  /// Bytes of a checkpoint of the watch.
  var stateBytes: Int {
    var writer = ByteWriter()
    watch.write(to: &writer)
    return writer.bytes.count
  }

  private mutating func minute() -> [Alert] {
    traffic.step { watch.record($0) }
    weeks += 1 / 10_080
    return watch.advance(to: EventTime(milliseconds: traffic.minute * 60_000))
  }

  /// Lets so many weeks pass without a fault: every alert is a false one.
  mutating func passWeeks(_ count: Double) {
    for _ in 0..<Int64(count * 10_080) { noteFalse(minute()) }
  }

  private mutating func noteFalse(_ alerts: [Alert]) {
    for alert in alerts where isRaised(alert) {
      if alert.kind == .volumeSpike && traffic.isUnusuallyBusy {
        trueSpikes += 1
      } else {
        falseAlarms.append(alert)
      }
    }
  }

  /// Whether the alert is one that somebody is woken by: it was not open before.
  private mutating func isRaised(_ alert: Alert) -> Bool {
    guard alert.status == .firing else {
      open.remove(alert.id)
      return false
    }
    return open.insert(alert.id).inserted
  }

  /// Plants a fault at a time of the generator's choice and sees what is said about it.
  mutating func plant(_ kind: PlantedFault.Kind) {
    // Whatever was open is over after a day, or will never be.
    passMinutes(1_440 + Int64(generator.below(1_440)))
    let from = traffic.minute
    let breadth = PlantedFault.breadth(of: kind)
    let fault = PlantedFault(
      kind: kind, start: from, end: from + PlantedFault.minutes(of: kind),
      step: generator.below(kind == .silent ? 2 : 4 - breadth), breadth: breadth,
      segments: segments(of: kind))
    traffic.fault = fault
    var outcome = FaultOutcome(fault: fault)
    var information = 0.0
    var openID: String?
    // A day after its end, whatever is still open counts as not resolved.
    while traffic.minute < fault.end + 1_440, traffic.minute < fault.end || openID != nil {
      let now = traffic.minute
      let alerts = minute()
      if fault.isActive(at: now), outcome.bound == nil, let each = fault.information(at: now) {
        information += Double(traffic.touched) * each
        if information >= boundInformation { outcome.bound = Double(now + 1 - from) }
      }
      note(alerts, &outcome, &openID)
    }
    outcomes.append(outcome)
    traffic.fault = nil
    passMinutes(720)
  }

  private mutating func passMinutes(_ count: Int64) {
    for _ in 0..<count { noteFalse(minute()) }
  }

  /// The information that no procedure with such a mean time between false alarms can do without,
  /// on average and for large times: its logarithm, in minutes (Lorden, "Procedures for reacting to
  /// a change in distribution", 1971).
  private var boundInformation: Double { log(meanTime) }

  /// Segments with some traffic to speak of, or two that about a tenth of all are in.
  private mutating func segments(
    of kind: PlantedFault.Kind
  ) -> [(dimension: Int, value: Int)] {
    switch kind {
    case .segment50, .segment90, .wideSegment70:
      let choices = [
        (0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (1, 3), (2, 0), (2, 1), (2, 2),
      ]
      return [choices[generator.below(choices.count)]]
    case .pair90:
      let choices = [
        [(0, 0), (1, 0)], [(0, 1), (1, 0)], [(0, 1), (1, 1)], [(0, 2), (1, 1)], [(0, 0), (2, 0)],
        [(0, 2), (2, 1)], [(1, 0), (2, 0)], [(1, 1), (2, 0)],
      ]
      return choices[generator.below(choices.count)]
    case .drop20, .drop50, .drop90, .outage, .slow, .gradual, .silent, .wide50, .dropAndSlow:
      return []
    }
  }

  private mutating func note(
    _ alerts: [Alert], _ outcome: inout FaultOutcome, _ openID: inout String?
  ) {
    let fault = outcome.fault
    for alert in alerts {
      let isRaised = isRaised(alert)
      if alert.id == openID, alert.status == .firing {
        outcome.isMisnamed = !fault.kinds.contains(alert.kind)
      }
      if alert.status == .resolved {
        guard alert.id == openID else { continue }
        openID = nil
        outcome.resolution = Double(traffic.minute - fault.end)
        continue
      }
      guard isRaised else { continue }
      if alert.kind == .volumeSpike && traffic.isUnusuallyBusy {
        trueSpikes += 1
        continue
      }
      // What only joins another alert is not found: that one was raised for something else.
      let isPlace =
        alert.nextStep != nil
        && fault.steps.contains { alert.step == WatchedShop.outline.steps[$0] }
      if isPlace, outcome.delay == nil, !alert.kind.isRise, traffic.minute <= fault.end {
        outcome.delay = Double(traffic.minute - fault.start)
        outcome.isMisnamed = !fault.kinds.contains(alert.kind)
        outcome.isSuspectRight = isRight(alert.suspects, fault)
        openID = alert.id
      } else {
        outcome.besides += 1
      }
    }
  }

  private func isRight(_ suspects: [Alert.Suspect], _ fault: PlantedFault) -> Bool {
    guard !fault.segments.isEmpty else { return suspects.isEmpty }
    let values = [WatchedShop.devices, WatchedShop.channels, WatchedShop.countries]
    let segments = fault.segments.map { segment in
      Alert.Segment(
        WatchedShop.outline.dimensions[segment.dimension],
        values[segment.dimension][segment.value])
    }
    return suspects.map(\.segments) == [segments]
  }
}
