/// What is known of one device or person beside its journey, so that events can find their owner.
///
/// A subject is a device or a person: whoever an id names. Most have none of this: no event has
/// linked them with anybody.
package struct IdentityState: Hashable, Sendable {
  /// What an event does next.
  package enum Decision: Hashable, Sendable {
    /// With these stops, which may be others than it came by.
    case stays([HeldEvent.Stop])
    case goes(to: String, stops: [HeldEvent.Stop])
    /// It belonged to somebody who was erased.
    case vanishes
  }

  /// Where the subject's own events belong.
  package var ownership = Ownership()
  /// What others have told about events that come by way of them.
  package var others: [String: Ownership] = [:]
  /// The same of devices of somebody who was erased, by the hash of their ids: their later events may
  /// still be on their way, and have to find back.
  package var bygone: [UInt64: Ownership] = [:]
  /// What was emitted of conversions for this subject, or for others that they moved here from.
  package var emitted: [EmittedRevision] = []
  /// Devices whose events were taken in, at most as many as the rules allow.
  package var devices: [String] = []
  /// Whatever the subject did until then is gone, and stays so.
  package var erasedUntil: EventTime?
  /// Until when somebody else, who this turned out to be, was asked to be erased.
  package var erasurePassedOn: EventTime?
  /// The latest that anything here is about.
  package var latestTime = EventTime.distantPast

  package init() {}

  package var isEmpty: Bool {
    !isLinked && emitted.isEmpty && bygone.isEmpty && erasedUntil == nil
  }

  /// Somebody else's events may come here, or these may go to somebody else.
  package var isLinked: Bool { !ownership.isEmpty || !others.isEmpty || !devices.isEmpty }

  /// What `event`, now at `subject`, does next.
  ///
  /// Its way is followed from the beginning. Where a stop is now known to lead somewhere else, the
  /// event goes there; at the end of its way it goes on if this subject's events do.
  package func decision(about event: HeldEvent, at subject: String) -> Decision {
    var stops = event.stops
    var index = 0
    while index < stops.count {
      let stop = stops[index]
      let known = stop.subject == subject ? ownership : told(by: stop.subject)
      if let known, known.version > stop.version {
        switch known.destination(
          of: event.time, isAnonymous: event.isAnonymous && index == 0, from: stop.subject)
        {
        case .nowhere: return .vanishes
        case .stays:
          stops.removeLast(stops.count - index)
          if stop.subject != subject { return .goes(to: stop.subject, stops: stops) }
        case .goes(let right):
          stops[index].version = known.version
          let taken = index + 1 < stops.count ? stops[index + 1].subject : subject
          guard right != taken else { break }
          stops.removeLast(stops.count - index - 1)
          if right != subject { return .goes(to: right, stops: stops) }
        }
      }
      index += 1
    }
    return end(of: event, after: stops, at: subject)
  }

  /// Where the events of `subject` belong, as far as it has told.
  private func told(by subject: String) -> Ownership? {
    if let known = others[subject] { return known }
    return bygone.isEmpty ? nil : bygone[IdentityState.hash(subject)]
  }

  package static func hash(_ subject: String) -> UInt64 {
    var subject = subject
    return subject.withUTF8 { StableHash.siphash128(UnsafeRawBufferPointer($0)).low }
  }

  /// What `event`, which has come to `subject` by the right way, does next.
  private func end(
    of event: HeldEvent, after stops: [HeldEvent.Stop], at subject: String
  ) -> Decision {
    switch ownership.destination(
      of: event.time, isAnonymous: event.isAnonymous && stops.isEmpty, from: subject)
    {
    case .nowhere: return .vanishes
    case .stays: break
    case .goes(let next):
      // Whoever runs in a circle stays with the last of it.
      guard stops.count < IdentityRules.maximumMoves,
        !stops.contains(where: { $0.subject == next })
      else { break }
      let here = HeldEvent.Stop(subject: subject, version: ownership.version)
      return .goes(to: next, stops: stops + [here])
    }
    if let erasedUntil, event.time <= erasedUntil { return .vanishes }
    return .stays(stops)
  }

  /// Takes over what was emitted elsewhere about conversions that now belong here.
  package mutating func take(_ revisions: [EmittedRevision]) {
    for revision in revisions { note(revision) }
  }

  /// Notes what was emitted last about one conversion; revisions never go back.
  package mutating func note(_ revision: EmittedRevision) {
    guard let index = emitted.firstIndex(where: { $0.id == revision.id }) else {
      emitted.append(revision)
      return
    }
    if revision.revision >= emitted[index].revision { emitted[index] = revision }
  }

  /// What was emitted about the conversions with these ids, which go elsewhere.
  ///
  /// It is kept in mind: another report may bring one of them back, and no revision comes twice.
  package mutating func release(_ ids: Set<String>) -> [EmittedRevision] {
    var released: [EmittedRevision] = []
    for index in emitted.indices
    where ids.contains(emitted[index].id) && emitted[index].status != .elsewhere {
      released.append(emitted[index])
      emitted[index].status = .elsewhere
    }
    return released
  }

  /// Forgets what was emitted about the conversions with these ids. Returns those that were still
  /// here.
  package mutating func forget(_ ids: Set<String>) -> [String] {
    let forgotten = emitted.filter { ids.contains($0.id) }
    if !forgotten.isEmpty { emitted.removeAll { ids.contains($0.id) } }
    return forgotten.filter { $0.status != .elsewhere }.map(\.id)
  }

  /// Forgets conversions that went to somebody who was erased, until `time`.
  package mutating func forgetWhatWentNowhere(until time: EventTime) {
    emitted.removeAll { revision in
      guard revision.status == .elsewhere, revision.time <= time,
        let owner = ownership.owner(at: revision.time)
      else { return false }
      return owner.person == nil
    }
  }

  /// Forgets what no answer depends on any more. Returns the links given up for the limit.
  package mutating func prune(
    before horizon: EventTime, lateness: EventTime, limit: Int
  ) -> Int {
    if emitted.contains(where: { $0.time < horizon }) { emitted.removeAll { $0.time < horizon } }
    return ownership.prune(before: horizon, lateness: lateness, limit: limit)
  }
}
