import Attribution
import Testing

@testable import Insights

/// A step whose events stop is not the same as people who stop.
@Suite struct SilentTrackerTests {
  /// Three steps, each taken by some of those before, five minutes later.
  private struct Traffic {
    var watch = FunnelWatch(
      outline: FunnelOutline(
        name: "signup", steps: ["form", "submit", "confirm"], dimensions: [], within: .hours(1)),
      settings: AlertSettings(), falseAlarmsPerWeek: 1)
    var alerts: [Alert] = []
    var minute: Int64 = 0
    /// The step that is taken, and its events do not come.
    var silentStep: Int?
    /// The middle step is not taken.
    var isBroken = false
    private var dice = Dice(seed: 2)
    private var due: [Int64: [(stage: Int, isLost: Bool)]] = [:]

    mutating func run(minutes: Int64) {
      for _ in 0..<minutes {
        for person in due.removeValue(forKey: minute) ?? [] where !(person.stage == 1 && isBroken) {
          arrive(person.stage, isLost: person.isLost || person.stage == silentStep)
        }
        for _ in 0..<dice.poisson(6) { arrive(0, isLost: silentStep == 0) }
        minute += 1
        alerts += watch.advance(to: SmallShop.time(minute))
      }
    }

    private mutating func arrive(_ stage: Int, isLost: Bool) {
      if stage != silentStep { watch.record(.seen(step: stage)) }
      let time = SmallShop.time(minute)
      if !isLost {
        watch.record(
          .reached(
            StageReached(
              stage: stage, time: time, began: time,
              origin: stage == 0 ? nil : .init(time: time - .minutes(5), segments: []),
              segments: [])))
      }
      guard stage < 2, dice.fraction() < 0.5 else { return }
      due[minute + 5, default: []].append((stage + 1, isLost))
    }
  }

  @Test func `a silent tracker is called one, and those who are unseen are not lost`() throws {
    var traffic = Traffic()
    traffic.run(minutes: 10 * 1_440)
    #expect(traffic.alerts.isEmpty)
    traffic.silentStep = 1
    traffic.run(minutes: 90)
    let last = try #require(traffic.alerts.last)
    #expect(last.kind == .trackingOutage && last.severity == .critical)
    #expect(last.step == "form" && last.nextStep == "submit")
    #expect(last.summary.contains("unseen") && !last.summary.contains("lost"))
    #expect(Set(traffic.alerts.map(\.id)).count == 1)
    traffic.silentStep = nil
    traffic.run(minutes: 60)
    #expect(traffic.alerts.last?.resolution == .recovered)
  }

  @Test func `a silent tracker of the first step is no lack of people`() throws {
    var traffic = Traffic()
    traffic.run(minutes: 16 * 1_440)
    traffic.alerts = []
    traffic.silentStep = 0
    traffic.run(minutes: 90)
    // Nobody seems to begin; then those come further who were never seen to begin.
    let last = try #require(traffic.alerts.last)
    #expect(last.kind == .trackingOutage && last.step == "form" && last.nextStep == nil)
    #expect(last.updatedAt < SmallShop.time(16 * 1_440 + 40))
    #expect(Set(traffic.alerts.map(\.id)).count == 1)
  }

  @Test func `a step that nobody gets through is a drop`() throws {
    var traffic = Traffic()
    traffic.run(minutes: 10 * 1_440)
    traffic.isBroken = true
    traffic.run(minutes: 90)
    let last = try #require(traffic.alerts.last)
    #expect(last.kind == .conversionDrop && last.severity == .critical)
    #expect(Set(traffic.alerts.map(\.id)).count == 1)
  }
}
