internal import Attribution
internal import Formats

// Erasure. Whoever was erased has never been, as far as anything here still knows.
extension JourneyMachine {
  /// Forgets whatever the subject, and whoever else it is, did until `time`.
  mutating func erase(until time: EventTime, _ turn: inout IdentityTurn) {
    turn.state.latestTime = max(turn.state.latestTime, time)
    passOnErasure(until: time, &turn)
    // What a device does belongs to its person, and so does its wish: it may have been others', too.
    if turn.state.ownership.owner(at: time)?.person == nil { eraseSelf(until: time, &turn) }
  }

  mutating func passOnErasure(until time: EventTime, _ turn: inout IdentityTurn) {
    if let passed = turn.state.erasurePassedOn, passed >= time { return }
    var targets: [String] = []
    if let person = turn.state.ownership.owner(at: time)?.person { targets.append(person) }
    if let alias = turn.state.ownership.alias { targets.append(alias.target) }
    guard !targets.isEmpty else { return }
    turn.state.erasurePassedOn = time
    for target in targets { turn.tell(target, .erasure(until: time)) }
  }

  private mutating func eraseSelf(until time: EventTime, _ turn: inout IdentityTurn) {
    if let erased = turn.state.erasedUntil, erased >= time { return }
    turn.state.erasedUntil = time
    forgettingCount += 1
    let before = journeys[held: turn.index].count
    let linked = turn.state.others.keys.filter {
      turn.state.others[$0]?.names(turn.name, until: time) ?? false
    }
    let known = Set(linked + turn.state.devices).sorted()
    for subject in known { turn.tell(subject, .forgetting(of: turn.name, until: time)) }
    turn.state.devices = []
    let takenBack = turn.takenBack.count
    sendOnWhatHasMoved(&turn)
    let passedThrough = journeys[held: turn.index].events
    turn.state.others = turn.state.others.filter { subject, ownership in
      ownership.remains(of: turn.name, after: time)
        || passedThrough.contains { $0.passed(subject) }
    }
    counters.erasures += 1
    turn.audits.append(
      ErasureAudit(
        erasedUntil: time, events: before - journeys[held: turn.index].count,
        conversions: turn.takenBack.count - takenBack, links: known.count))
  }

  /// `person`, with whom the subject was linked, was erased.
  mutating func forget(
    _ person: String, until time: EventTime, _ turn: inout IdentityTurn
  ) {
    let former = turn.state.ownership.people
    let alias = turn.state.ownership.alias
    turn.state.others[person] = nil
    let isKnown = turn.state.ownership.erase(person, until: time)
    // It is another name of the same person.
    if alias?.target == person { eraseSelf(until: time, &turn) }
    guard isKnown else { return }
    forgettingCount += 1
    turn.state.forgetWhatWentNowhere(until: time)
    sendOnWhatHasMoved(&turn)
    turn.tellOwnership(alsoTo: former)
  }
}
