internal import Attribution
internal import Insights

// Funnels: what somebody's events mean to them, and what Insights has to know of it.
extension JourneyMachine {
  /// Follows the event at hand through every funnel that it is anything to. `isMoved` says that it
  /// has been seen before, as somebody else's.
  mutating func followFunnels(at index: Int, emits: Bool, isMoved: Bool = false) {
    guard let plan = insights, !event.signs.isEmpty else { return }
    var progress = funnelProgress(at: index, plan)
    for sign in event.signs {
      guard let number = plan.index(ofFunnel: sign.funnel),
        sign.segments.count == plan.funnels[number].shape.dimensions.count
      else { continue }
      let mark = FunnelMark(
        time: event.time, eventID: event.eventID, steps: sign.steps,
        isExcluding: sign.isExcluding, segments: sign.segments,
        value: event.conversions.first?.value, currency: event.conversions.first?.currency)
      let update = progress[number].apply(
        mark, shape: plan.funnels[number].shape, streamTime: streamTime,
        lateAccept: rules.time.lateAccept)
      counters.funnelEventsOverLimit += update.marksOverLimit
      if emits { tell(update.facts, of: number, isMoved: isMoved) }
    }
    journeys.setFunnels(
      at: index,
      to: PackedFunnels.bytes(progress, plan, lateAccept: rules.time.lateAccept))
  }

  /// Events leave the person at `index`: what they meant to funnels is taken back, as far as late
  /// events still count.
  mutating func leaveFunnels(_ events: [HeldEvent], at index: Int, emits: Bool) {
    guard let plan = insights, !journeys.funnels(at: index).isEmpty, !events.isEmpty else { return }
    let ids = Set(events.map(\.eventID))
    var progress = funnelProgress(at: index, plan)
    for (number, funnel) in plan.funnels.enumerated() {
      let facts = progress[number].remove(
        ids, shape: funnel.shape, notBefore: streamTime - rules.time.lateAccept)
      if emits { tell(facts, of: number, isMoved: true) }
    }
    journeys.setFunnels(
      at: index,
      to: PackedFunnels.bytes(progress, plan, lateAccept: rules.time.lateAccept))
  }

  private func funnelProgress(at index: Int, _ plan: InsightsPlan) -> [FunnelProgress] {
    do throws(ByteReader.Malformed) {
      return try PackedFunnels.read(journeys.funnels(at: index), plan)
    } catch {
      preconditionFailure("progress in funnels at \(index) cannot be read")
    }
  }

  private mutating func tell(_ told: [FunnelFact], of funnel: Int, isMoved: Bool) {
    for fact in told {
      if case .seen(let step) = fact {
        if !isMoved { facts?.addSeen(step: step, ofFunnel: funnel, at: event.time) }
      } else {
        facts?.add(fact, ofFunnel: funnel)
      }
    }
  }

  /// Appends what Insights has to know of all that was applied since the last call: one record for
  /// each partition of the insights log that there is news for.
  package mutating func takeFacts(to output: inout OutgoingRecords) {
    facts?.finish(to: &output)
  }
}
