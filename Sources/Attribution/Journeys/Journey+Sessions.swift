extension Journey {
  /// What one event's activity did to the sessions.
  struct SessionChange {
    /// The event is the first of its session, as far as is known now.
    var startsSession: Bool
    /// Earliest touchpoint that changed because another event no longer starts a session.
    var changedFrom: EventTime?
  }

  /// Adds the activity of `event` to the session it belongs to.
  ///
  /// The event may extend a session, take its start over, or join two into one. A start that is
  /// taken over loses what it was only because it started a session.
  mutating func recordActivity(
    of event: JourneyEvent, timeout: TimeSpan, limit: Int, profiles: inout ProfileTable
  ) -> SessionChange {
    let trackedID: UInt64?
    switch event.session {
    case .none: return SessionChange(startsSession: false)
    case .activity: trackedID = nil
    case .tracked(let id): trackedID = id
    }
    let demotion = demotion(of: event, profiles: &profiles)
    var span = SessionSpan(
      trackedID: trackedID, first: event.time, firstEventID: event.eventID, last: event.time,
      demotion: demotion)
    var change = SessionChange(startsSession: true)
    let own = span
    let related = sessions.filter { Journey.isSameSession($0, own, timeout) }
    if !related.isEmpty { sessions.removeAll { Journey.isSameSession($0, own, timeout) } }
    for other in related {
      let loser: SessionSpan
      let last = max(span.last, other.last)
      if (other.first, other.firstEventID) <= (span.first, span.firstEventID) {
        change.startsSession = false
        (loser, span) = (span, other)
      } else {
        loser = other
      }
      span.last = last
      if loser.firstEventID == event.eventID {
        // The event is no touchpoint yet: what it becomes is up to the caller.
        release(loser, &profiles)
      } else {
        demote(loser, changedFrom: &change.changedFrom, profiles: &profiles)
      }
    }
    let index = sessions.firstIndex { span.first < $0.first } ?? sessions.endIndex
    sessions.insert(span, at: index)
    if sessions.count > limit { release(sessions.removeFirst(), &profiles) }
    return change
  }

  private static func isSameSession(
    _ known: SessionSpan, _ new: SessionSpan, _ timeout: TimeSpan
  ) -> Bool {
    guard known.trackedID == new.trackedID else { return false }
    guard known.trackedID == nil else { return true }
    return new.first - known.last < timeout && known.first - new.last < timeout
  }

  private func demotion(
    of event: JourneyEvent, profiles: inout ProfileTable
  ) -> SessionSpan.Demotion {
    guard event.dependsOnSession else { return .unchanged }
    guard !event.profile.isEmpty else { return .removed }
    let profile = event.profile.withUnsafeBytes { profiles.retain($0) }
    return event.profileIfStarting.isEmpty ? .added(profile, event.click) : .replaced(profile)
  }

  /// The start of `span` does not start a session any more.
  private mutating func demote(
    _ span: SessionSpan, changedFrom: inout EventTime?, profiles: inout ProfileTable
  ) {
    let index = touchpointIndex(of: span.firstEventID)
    switch span.demotion {
    case .unchanged:
      return
    case .removed:
      guard let index else { return }
      removeTouchpoint(at: index, profiles: &profiles)
    case .replaced(let profile):
      // The session's own use of the profile passes to the touchpoint.
      guard let index else { return profiles.release(profile) }
      profiles.release(touchpoints[index].profile)
      setProfile(profile, at: index)
    case .added(let profile, let click):
      insert(time: span.first, eventID: span.firstEventID, profile: profile, click: click)
    }
    changedFrom = min(changedFrom ?? span.first, span.first)
  }
}
