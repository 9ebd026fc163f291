import Pipeline
import Testing

@Suite struct InputPaceTests {
  private let web = LogPartition("web", 0)
  private let crm = LogPartition("crm", 0)
  private let third = LogPartition("web", 1)
  private let start = ContinuousClock.now
  private let minute: Int64 = 60_000
  private let slack = InputPace.slack

  /// All three, of which nothing has come yet.
  private func pace(of partitions: [LogPartition]? = nil) -> InputPace {
    var pace = InputPace()
    for partition in partitions ?? [web, crm, third] { pace.add(partition, at: start) }
    return pace
  }

  private func next(
    _ pace: InputPace, after: Duration = .zero, remaining: [LogPartition: Int64] = [:]
  ) -> InputPace.Step {
    pace.next(at: start + after) { remaining[$0] }
  }

  @Test func `the earliest record goes, as far as the next one and the slack allow`() {
    var pace = pace()
    pace.arrived(web, first: 30 * minute, last: 90 * minute)
    pace.arrived(crm, first: 20 * minute, last: 9_000 * minute)
    pace.arrived(third, first: 40 * minute, last: 50 * minute)
    #expect(next(pace) == .go(crm, until: 30 * minute + slack))
    pace.arrived(crm, first: 34 * minute, last: 9_000 * minute)
    #expect(next(pace) == .go(web, until: 34 * minute + slack))
    #expect(pace.ahead == [third])
  }

  @Test func `an input that delivers nothing is waited for until it is silent for too long`() {
    var pace = pace(of: [web, crm])
    #expect(next(pace) == .idle)
    pace.arrived(crm, first: 0, last: 0)
    let almost = InputPace.patience - .milliseconds(1)
    #expect(next(pace, after: almost) == .wait(web))
    #expect(next(pace, after: InputPace.patience) == .go(crm, until: nil))
    // Whatever happens, somebody new gets all the patience, also after a rebalance.
    pace.resume(at: start + .seconds(10))
    #expect(next(pace, after: .seconds(10) + almost) == .wait(web))
    #expect(!pace.isSilent(web, at: start + .seconds(11)))
    #expect(pace.isSilent(web, at: start + .seconds(10) + InputPace.patience))
    #expect(!pace.isSilent(crm, at: start + .seconds(60)))
  }

  @Test(arguments: [(0, false), (InputPace.nearEnd, false), (InputPace.nearEnd + 1, true)])
  func `an input is waited for only if there is more in its log than ends of transactions`(
    remaining: Int64, waits: Bool
  ) {
    var pace = pace(of: [web, crm])
    pace.arrived(crm, first: 0, last: 0)
    let step = next(pace, remaining: [web: remaining])
    #expect(step == (waits ? .wait(web) : .go(crm, until: nil)))
  }

  @Test func `within the slack nobody is waited for, nor asked about`() {
    var pace = pace(of: [web, crm])
    pace.passed(web, 10 * minute)
    pace.emptied(web, at: start)
    pace.arrived(crm, first: 10 * minute, last: 10 * minute + slack)
    var asked = 0
    func step() -> InputPace.Step {
      pace.next(at: start) { _ in
        asked += 1
        return 1_000
      }
    }
    #expect(step() == .go(crm, until: nil))
    #expect(asked == 0)
    // A batch that reaches further goes as far as the slack.
    pace.arrived(crm, first: 10 * minute, last: 11 * minute + slack)
    #expect(step() == .go(crm, until: 10 * minute + slack))
    pace.arrived(crm, first: 11 * minute + slack, last: 12 * minute + slack)
    #expect(step() == .wait(web))
    #expect(asked == 2)
  }

  @Test func `what happens now never waits for inputs that are read to their end`() {
    var pace = pace()
    let now: Int64 = 1_770_000_000_000
    for partition in [web, third] {
      // The last that came of them is from last week.
      pace.arrived(partition, first: now - 10_000 * minute, last: now - 10_000 * minute)
      pace.passed(partition, now - 10_000 * minute)
      pace.emptied(partition, at: start)
    }
    pace.arrived(crm, first: now, last: now + 1)
    #expect(next(pace, remaining: [web: 0, third: 2]) == .go(crm, until: nil))
  }

  @Test func `records without a time pass, and hold nobody up`() {
    var pace = pace(of: [web, crm])
    pace.arrived(web, first: nil, last: nil)
    pace.arrived(crm, first: 5, last: 5)
    #expect(next(pace) == .go(web, until: nil))
    pace.arrived(crm, first: nil, last: nil)
    #expect(next(pace) == .go(crm, until: nil))
    #expect(pace.ahead == [])
  }

  @Test(arguments: [Int64.min, 0, Int64.max])
  func `any number may be a time`(time: Int64) {
    var pace = pace()
    pace.arrived(web, first: time, last: time)
    pace.arrived(crm, first: .min, last: .max)
    pace.passed(third, time)
    pace.emptied(third, at: start)
    for step in [next(pace), next(pace, remaining: [third: 1_000])] {
      #expect(step != .idle)
    }
    _ = pace.ahead
  }

  @Test func `an input that is alone, or was left alone, reads as it comes`() {
    var pace = pace(of: [web, crm])
    pace.arrived(web, first: 0, last: 10_000 * minute)
    #expect(next(pace) == .wait(crm))
    pace.remove(crm)
    #expect(next(pace) == .go(web, until: nil))
    pace.remove(web)
    #expect(next(pace) == .idle && pace.count == 0)
    pace.arrived(web, first: 0, last: 0)
    #expect(next(pace) == .idle)
  }
}
