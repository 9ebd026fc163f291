internal import Attribution
internal import Foundation

/// What each model gives to each touchpoint of a path, in exact fractions.
enum ReferenceCredits {
  /// Credits in the order of `path`, which is not empty. `milestones` are the conversions on the way:
  /// by the name of the rule, when its first one was.
  static func credits(
    _ model: AuditModel, _ path: [ReferenceTouchpoint], _ milestones: [String: EventTime]
  ) -> [Fraction] {
    let count = path.count
    switch model {
    case .firstTouch: return all(to: 0, of: count)
    case .lastTouch: return all(to: count - 1, of: count)
    case .lastNonDirectTouch:
      let index = path.lastIndex { $0.channel != "Direct" } ?? count - 1
      return all(to: index, of: count)
    case .linear, .dataDriven: return path.map { _ in Fraction(1, Int128(count)) }
    case .participation: return path.map { _ in .one }
    case .timeDecay(let halfLife): return timeDecay(path, halfLife)
    case .positionBased(let first, let last): return ends(first, last, of: count)
    case .jShaped: return ends(Fraction(2, 10), Fraction(6, 10), of: count)
    case .inverseJShaped: return ends(Fraction(6, 10), Fraction(2, 10), of: count)
    case .wShaped(let leads):
      let lead = leads.compactMap { milestones[$0] }.min()
      return wShaped(count, lead: lead.flatMap { lastIndex(of: path, until: $0) })
    case .byPosition(let weights, let other):
      return inProportion(
        path.indices.map { index in
          let (start, end) = (weights[index + 1], weights[index - count])
          let startIsNearer = index + 1 <= count - index
          return (startIsNearer ? start ?? end : end ?? start) ?? other
        })
    case .byChannel(let weights, let other):
      return inProportion(path.map { weights[$0.channel] ?? other })
    case .byTouchpoint(let weights, let other):
      return inProportion(path.map { weights[$0.rule] ?? other })
    case .funnel(let steps): return funnel(steps, path, milestones)
    }
  }

  private static func ends(_ first: Fraction, _ last: Fraction, of count: Int) -> [Fraction] {
    if count == 1 { return [.one] }
    if count == 2 { return [first / (first + last), last / (first + last)] }
    let middle = (Fraction.one - first - last) / Fraction(Int128(count - 2))
    return [first] + [Fraction](repeating: middle, count: count - 2) + [last]
  }

  /// Everybody gets what they are entitled to; then the whole is scaled to one.
  private static func wShaped(_ count: Int, lead: Int?) -> [Fraction] {
    let named = Set([0, count - 1, lead ?? 0])
    return inProportion(
      (0..<count).map { index in
        var share = Fraction.zero
        for holder in [0, lead, count - 1] where holder == index {
          share = share + Fraction(3, 10)
        }
        return named.contains(index) ? share : Fraction(1, 10 * Int128(count - named.count))
      })
  }

  private static func funnel(
    _ steps: [String: Fraction], _ path: [ReferenceTouchpoint], _ milestones: [String: EventTime]
  ) -> [Fraction] {
    var weights = path.map { _ in Fraction.zero }
    for (step, weight) in steps {
      guard let time = milestones[step], let index = lastIndex(of: path, until: time) else {
        continue
      }
      weights[index] = weights[index] + weight
    }
    let isAnyReached = weights.contains { $0 > .zero }
    return isAnyReached ? inProportion(weights) : all(to: path.count - 1, of: path.count)
  }

  private static func lastIndex(of path: [ReferenceTouchpoint], until time: EventTime) -> Int? {
    path.lastIndex { $0.event.time <= time }
  }

  private static func inProportion(_ weights: [Fraction]) -> [Fraction] {
    let total = weights.reduce(.zero, +)
    if total == .zero { return weights.map { _ in Fraction(1, Int128(weights.count)) } }
    return weights.map { $0 / total }
  }

  private static func all(to index: Int, of count: Int) -> [Fraction] {
    (0..<count).map { $0 == index ? .one : .zero }
  }

  // Normalised weights do not change when every age is measured from the last touchpoint instead of
  // the conversion. A weight is a whole number of 2^−40, so that from here on all is exact.
  private static func timeDecay(
    _ path: [ReferenceTouchpoint], _ halfLife: TimeSpan
  ) -> [Fraction] {
    let last = path[path.count - 1].event.time
    let weights = path.map { touchpoint in
      let age = Double((last - touchpoint.event.time).milliseconds)
      return Int128((pow(2, -age / Double(halfLife.milliseconds)) * 0x1p40).rounded())
    }
    let total = weights.reduce(0, +)
    return weights.map { Fraction($0, total) }
  }

  /// `value` in proportion to `credits`, to the last unit of its scale.
  ///
  /// Everybody gets the whole units of their exact share. The units that are left over go to those
  /// who lost the largest fraction of a unit, the earlier first among equals.
  static func shares(of value: AuditDecimal, _ credits: [Fraction]) -> [AuditDecimal] {
    let units = Int128(value.units.magnitude)
    let exact = credits.map { Fraction(units) * $0 }
    var whole = exact.map(\.floor)
    if credits.reduce(.zero, +) == .one {
      let order = exact.indices.sorted { left, right in
        let lostLeft = exact[left] - Fraction(whole[left])
        let lostRight = exact[right] - Fraction(whole[right])
        return lostLeft == lostRight ? left < right : lostLeft > lostRight
      }
      for index in order.prefix(Int(units - whole.reduce(0, +))) { whole[index] += 1 }
    }
    return whole.map { AuditDecimal(units: value.units < 0 ? -$0 : $0, scale: value.scale) }
  }
}
