import Attribution

@testable import Insights

/// Funnels once more, by searching: slow, without state, and close to the words of the rules.
enum ReferenceFunnel {
  /// All stages of all attempts of `marks`, which need not be in order.
  static func stages(of marks: [FunnelMark], _ shape: FunnelShape) -> [StageReached] {
    let marks = marks.filter { $0.matters(to: shape.order) }.sorted(by: FunnelMark.isOrdered)
    var stages: [StageReached] = []
    var from = 0
    while let start = (from..<marks.count).first(where: { begins(marks[$0], shape) }) {
      let (steps, end) = attempt(marks, start, shape)
      stages += steps
      from = end
    }
    return stages
  }

  private static func begins(_ mark: FunnelMark, _ shape: FunnelShape) -> Bool {
    guard !mark.isExcluding else { return false }
    return shape.order == .anyOrder ? mark.steps != 0 : mark.steps & 1 != 0
  }

  /// The attempt that begins at `start`, and the first mark that is no longer part of it.
  private static func attempt(
    _ marks: [FunnelMark], _ start: Int, _ shape: FunnelShape
  ) -> ([StageReached], Int) {
    var chosen: [(mark: Int, step: Int)] = [(start, lowest(marks[start].steps))]
    if shape.order != .anyOrder { chosen[0].step = 0 }
    var since = marks[start].time
    var index = start + 1
    var isExcluded = false
    while index < marks.count, chosen.count < shape.steps.count {
      let mark = marks[index]
      let isOver =
        mark.time - marks[start].time > shape.within
        || shape.order != .anyOrder
          && shape.steps[chosen.count].within.map { mark.time - since > $0 } ?? false
      if isOver { break }
      if mark.isExcluding {
        isExcluded = true
        index += 1
        break
      }
      if let step = next(mark, since, chosen.map(\.step), shape) {
        chosen.append((index, step))
        since = mark.time
      } else if shape.order == .strict {
        break
      } else if shape.order == .ordered, mark.isStep(chosen.count - 1) {
        since = mark.time
      }
      index += 1
    }
    return (isExcluded ? [] : described(chosen, marks, shape), index)
  }

  private static func next(
    _ mark: FunnelMark, _ since: EventTime, _ taken: [Int], _ shape: FunnelShape
  ) -> Int? {
    guard shape.order == .anyOrder else {
      return mark.isStep(taken.count) ? taken.count : nil
    }
    return (0..<shape.steps.count).first { step in
      mark.isStep(step) && !taken.contains(step)
        && mark.time - since <= shape.steps[step].within ?? shape.within
    }
  }

  private static func lowest(_ steps: UInt32) -> Int { steps.trailingZeroBitCount }

  private static func described(
    _ chosen: [(mark: Int, step: Int)], _ marks: [FunnelMark], _ shape: FunnelShape
  ) -> [StageReached] {
    func segments(at stage: Int) -> [String] {
      switch shape.segmentsFrom {
      case .first: return marks[chosen[0].mark].segments
      case .last: return marks[chosen[stage].mark].segments
      case .step(let step):
        let known = chosen[...stage].first { $0.step == step }
        return known.map { marks[$0.mark].segments } ?? shape.dimensions.map { _ in "" }
      }
    }
    return chosen.indices.map { stage in
      let mark = marks[chosen[stage].mark]
      let valued = chosen[...stage].last { marks[$0.mark].value != nil }.map { marks[$0.mark] }
      return StageReached(
        stage: stage, step: chosen[stage].step, time: mark.time, began: marks[chosen[0].mark].time,
        origin: stage == 0
          ? nil
          : .init(time: marks[chosen[stage - 1].mark].time, segments: segments(at: stage - 1)),
        segments: segments(at: stage), value: valued?.value, currency: valued?.currency)
    }
  }
}
