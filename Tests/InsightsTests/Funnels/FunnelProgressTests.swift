import Attribution
import Testing

@testable import Insights

/// Funnels of one person, by hand and by a second opinion.
@Suite struct FunnelProgressTests {
  private static let checkout = FunnelShape(
    name: "checkout", within: .hours(24),
    steps: [
      .init("product"), .init("cart"), .init("payment", within: .hours(2)), .init("purchase"),
    ],
    dimensions: ["device"])

  /// Marks from text: a letter for each minute. `a` to `d` are steps 0 to 3, `B` is both of steps 1
  /// and 2, `x` excludes, `.` is some other event and a blank is none.
  private func marks(_ text: String, minutes: Int64 = 1, device: String = "ios") -> [FunnelMark] {
    text.enumerated().compactMap { index, letter in
      let steps: UInt32
      switch letter {
      case "a": steps = 1
      case "b": steps = 2
      case "c": steps = 4
      case "d": steps = 8
      case "B": steps = 6
      case "x", ".": steps = 0
      default: return nil
      }
      return FunnelMark(
        time: EventTime(milliseconds: Int64(index) * minutes * 60_000),
        eventID: .text("\(index)"), steps: steps, isExcluding: letter == "x", segments: [device])
    }
  }

  private func facts(
    _ marks: [FunnelMark], _ shape: FunnelShape, lateAccept: TimeSpan = .days(3)
  ) -> [FunnelFact] {
    var progress = FunnelProgress()
    var streamTime = EventTime.distantPast
    return marks.flatMap { mark in
      streamTime = max(streamTime, mark.time)
      return progress.apply(
        mark, shape: shape, streamTime: streamTime, lateAccept: lateAccept
      ).facts
    }
  }

  /// What stands at the end: every stage said and not taken back, in order.
  private func standing(_ facts: [FunnelFact]) -> [StageReached] {
    var stages: [StageReached] = []
    for fact in facts {
      switch fact {
      case .seen: break
      case .reached(let stage): stages.append(stage)
      case .retracted(let stage):
        if let index = stages.firstIndex(of: stage) {
          stages.remove(at: index)
        } else {
          Issue.record("\(stage) was never said")
        }
      }
    }
    return stages.sorted { ($0.time, $0.stage) < ($1.time, $1.stage) }
  }

  /// Stages with the minute of each: `0@0 1@3`.
  private func text(_ stages: [StageReached]) -> String {
    stages.map { "\($0.stage)@\($0.time.milliseconds / 60_000)" }.joined(separator: " ")
  }

  @Test(arguments: [
    ("abcd", "0@0 1@1 2@2 3@3"),
    // Other events may come between, and another first step begins nothing while one is under way.
    ("a.ab..cd", "0@0 1@3 2@6 3@7"),
    // A step before its turn counts for nothing.
    ("bacbd", "0@1 1@3"),
    // One event is one step.
    ("aB", "0@0 1@1"), ("aBB", "0@0 1@1 2@2"),
    // Once complete, the next attempt may begin.
    ("abcdabcd", "0@0 1@1 2@2 3@3 0@4 1@5 2@6 3@7"),
    // What is excluded never was.
    ("abxcd", ""), ("abxabcd", "0@3 1@4 2@5 3@6"), ("xab", "0@1 1@2"),
  ])
  func `ordered steps`(letters: String, expected: String) {
    let facts = facts(marks(letters), FunnelProgressTests.checkout)
    #expect(text(standing(facts)) == expected)
  }

  @Test(arguments: [
    // Two hours from cart to payment, both ends included; a minute more is too late.
    (120, "0@0 1@60 2@180"), (121, "0@0 1@60"),
  ])
  func `a step has to come in time`(minutes: Int64, expected: String) {
    let times: [(Int64, UInt32)] = [(0, 1), (60, 2), (60 + minutes, 4)]
    let marks = times.map { time, steps in
      FunnelMark(
        time: EventTime(milliseconds: time * 60_000), eventID: .text("\(time)"), steps: steps,
        segments: ["ios"])
    }
    #expect(text(standing(facts(marks, FunnelProgressTests.checkout))) == expected)
  }

  @Test func `a repeated step renews the limit of the next`() {
    // The cart is looked at again after an hour and a half: payment has two hours from there.
    let letters = "ab" + String(repeating: " ", count: 8) + "b" + String(repeating: " ", count: 10)
    let stages = standing(facts(marks(letters + "c", minutes: 10), FunnelProgressTests.checkout))
    #expect(text(stages) == "0@0 1@10 2@210")
  }

  @Test func `the whole funnel has to be done in time`() {
    let shape = FunnelShape(
      name: "short", within: .minutes(10), steps: [.init("a"), .init("b")], dimensions: ["device"])
    #expect(text(standing(facts(marks("a         b"), shape))) == "0@0 1@10")
    #expect(text(standing(facts(marks("a          b"), shape))) == "0@0")
    // And when its time is over, another may begin.
    #expect(text(standing(facts(marks("a    a     ab"), shape))) == "0@0 0@11 1@12")
  }

  @Test(arguments: [
    ("ab", "0@0 1@1"), ("a.b", "0@0"), ("aab", "0@0 0@1 1@2"), ("aac", "0@0 0@1"),
  ])
  func `strict steps allow nothing between`(letters: String, expected: String) {
    let shape = FunnelShape(
      name: "strict", order: .strict, within: .hours(1),
      steps: [.init("a"), .init("b"), .init("c")], dimensions: ["device"])
    #expect(text(standing(facts(marks(letters), shape))) == expected)
  }

  @Test func `steps in any order`() {
    let shape = FunnelShape(
      name: "any", order: .anyOrder, within: .hours(1),
      steps: [.init("a"), .init("b"), .init("c")], dimensions: ["device"])
    let stages = standing(facts(marks("cca.b"), shape))
    #expect(text(stages) == "0@0 1@2 2@4")
    #expect(stages.map(\.step) == [2, 0, 1])
  }

  @Test func `a repeated step needs a repeated event`() {
    let shape = FunnelShape(
      name: "twice", within: .hours(1), steps: [.init("view"), .init("view again")],
      dimensions: ["device"])
    let both = (0..<3).map { index in
      FunnelMark(
        time: EventTime(milliseconds: index * 60_000), eventID: .text("\(index)"), steps: 3,
        segments: ["ios"])
    }
    #expect(text(standing(facts(Array(both.prefix(1)), shape))) == "0@0")
    #expect(text(standing(facts(both, shape))) == "0@0 1@1 0@2")
  }

  @Test func `segments come from the first, the last or a named event`() {
    var shape = FunnelProgressTests.checkout
    let marks = zip(marks("abc"), ["ios", "desktop", "tablet"]).map { mark, device in
      var mark = mark
      mark.segments = [device]
      return mark
    }
    func segments(_ source: FunnelShape.SegmentSource) -> [[String]] {
      shape.segmentsFrom = source
      return standing(facts(marks, shape)).map { ($0.origin?.segments ?? []) + $0.segments }
    }
    #expect(segments(.first) == [["ios"], ["ios", "ios"], ["ios", "ios"]])
    #expect(segments(.last) == [["ios"], ["ios", "desktop"], ["desktop", "tablet"]])
    #expect(segments(.step(1)) == [[""], ["", "desktop"], ["desktop", "desktop"]])
  }

  @Test func `the value at stake is the last one heard of`() {
    var marks = marks("abcd")
    marks[1].value = Amount(units: 4_000, scale: 2)
    marks[1].currency = "EUR"
    marks[3].value = Amount(units: 3_500, scale: 2)
    marks[3].currency = "EUR"
    let stages = standing(facts(marks, FunnelProgressTests.checkout))
    #expect(stages.map { $0.value?.description } == [nil, "40.00", "40.00", "35.00"])
    #expect(stages.map(\.currency) == [nil, "EUR", "EUR", "EUR"])
  }

  @Test func `what comes late takes back what it contradicts`() {
    let all = marks("abx")
    let facts = facts([all[0], all[1], all[2]], FunnelProgressTests.checkout)
    let retracted = facts.compactMap { fact -> Int? in
      if case .retracted(let stage) = fact { return stage.stage }
      return nil
    }
    #expect(retracted == [0, 1])
  }

  @Test func `what is too late, or here already, says nothing`() {
    var progress = FunnelProgress()
    let all = marks("abcd", minutes: 60)
    func apply(_ mark: FunnelMark, at minute: Int64) -> FunnelProgress.Update {
      progress.apply(
        mark, shape: FunnelProgressTests.checkout,
        streamTime: EventTime(milliseconds: minute * 60_000), lateAccept: .hours(1))
    }
    #expect(apply(all[1], at: 60).facts == [.seen(step: 1)])
    #expect(apply(all[1], at: 60).isDuplicate)
    let late = apply(all[0], at: 61)
    #expect(late.isTooLate && late.facts.isEmpty)
    #expect(apply(all[2], at: 180).facts == [.seen(step: 2)])
  }

  @Test func `what is decided is forgotten`() {
    var progress = FunnelProgress()
    let shape = FunnelProgressTests.checkout
    for mark in marks("abcdab") {
      _ = progress.apply(
        mark, shape: shape, streamTime: mark.time, lateAccept: .minutes(1))
    }
    // The first attempt is complete and no event so old is accepted; the second is under way.
    progress.prune(
      shape: shape, streamTime: EventTime(milliseconds: 6 * 60_000), lateAccept: .minutes(1))
    #expect(progress.marks.count == 2)
    let end = progress.isDecidedAfter(shape: shape, lateAccept: .minutes(1))
    #expect(end == EventTime(milliseconds: (5 + 24 * 60 + 1) * 60_000))
    progress.prune(
      shape: shape, streamTime: (end ?? .distantPast) + TimeSpan(milliseconds: 1),
      lateAccept: .minutes(1))
    #expect(progress.isEmpty)
  }

  @Test func `there are never more events than the limit`() {
    var progress = FunnelProgress()
    var given = 0
    for index in 0..<FunnelProgress.limit + 10 {
      let mark = FunnelMark(
        time: EventTime(milliseconds: Int64(index)), eventID: .text("\(index)"), steps: 1)
      given +=
        progress.apply(
          mark, shape: FunnelProgressTests.checkout, streamTime: mark.time, lateAccept: .days(3)
        ).marksOverLimit
    }
    #expect(progress.marks.count == FunnelProgress.limit)
    #expect(given == 10)
  }
}
