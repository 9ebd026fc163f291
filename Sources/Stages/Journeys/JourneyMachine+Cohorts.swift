internal import Attribution
internal import Formats

// Cohorts: when somebody came for the first time, as far as anything is still known of them. That is
// kept with the journey when the touchpoint is long gone.
extension JourneyMachine {
  /// What is known of who has become idle is over, whether or not anybody has looked.
  mutating func forgetIfIdle(at index: Int) {
    guard followsCohorts, let end = end(of: index), end < streamTime else { return }
    journeys.setAcquired(at: index, to: nil)
  }

  /// The journey at `index` has changed.
  mutating func followAcquisition(at index: Int) {
    guard followsCohorts else { return }
    guard let first = journeys[index].touchpoints.first?.time else {
      if end(of: index) == nil { journeys.setAcquired(at: index, to: nil) }
      return
    }
    if let known = journeys.acquired(at: index), known <= first { return }
    sayAcquisition(at: index, first)
  }

  /// `events` have left the journey at `index`: without the first of them it began later.
  mutating func followLoss(of events: [HeldEvent], at index: Int) {
    guard let known = journeys.acquired(at: index), events.contains(where: { $0.time <= known })
    else { return }
    sayAcquisition(at: index, journeys[index].touchpoints.first?.time)
  }

  private mutating func sayAcquisition(at index: Int, _ time: EventTime?) {
    let known = journeys.acquired(at: index)
    journeys.setAcquired(at: index, to: time)
    guard nextOffset > emitsFrom else { return }
    if let known { facts?.addAcquired(at: known, count: -1) }
    if let time { facts?.addAcquired(at: time, count: 1) }
  }
}
