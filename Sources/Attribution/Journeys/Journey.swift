/// One person's touchpoints, recent conversions and sessions, inside the retention horizon.
///
/// All three are kept in event-time order whatever the order of arrival, which is why the last
/// revision of a conversion does not depend on it.
package struct Journey: Sendable {
  package internal(set) var touchpoints: ContiguousArray<StoredTouchpoint> = []
  package internal(set) var details = TouchpointDetails()
  package internal(set) var conversions: ContiguousArray<StoredConversion> = []
  package internal(set) var sessions: ContiguousArray<SessionSpan> = []
  /// What else is known about conversions that are here, or still to come.
  package internal(set) var corrections: ContiguousArray<StoredCorrection> = []

  package init() {}

  package var isEmpty: Bool {
    touchpoints.isEmpty && conversions.isEmpty && sessions.isEmpty && corrections.isEmpty
  }

  /// The latest time anything in the journey is kept from; `nil` if it is empty.
  package var latestTime: EventTime? {
    var latest = touchpoints.last?.time
    for conversion in conversions { latest = max(latest ?? .distantPast, conversion.keptSince) }
    for session in sessions { latest = max(latest ?? .distantPast, session.last) }
    for correction in corrections { latest = max(latest ?? .distantPast, correction.keptSince) }
    return latest
  }

  package func eventID(of touchpoint: StoredTouchpoint) -> EventID {
    if touchpoint.detail > 0, let id = details.eventID(at: touchpoint.detail) { return id }
    return .uuid(high: touchpoint.idHigh, low: touchpoint.idLow)
  }

  package func click(of touchpoint: StoredTouchpoint) -> ClickID? {
    touchpoint.detail > 0 ? details.click(at: touchpoint.detail) : nil
  }

  /// Whether an event with this id is already in the journey.
  package func contains(_ id: EventID) -> Bool {
    let (high, low) = id.fingerprint
    // The newest are the likeliest to repeat.
    for touchpoint in touchpoints.reversed()
    where touchpoint.idLow == low && touchpoint.idHigh == high {
      return true
    }
    return conversions.contains { $0.eventID == id } || sessions.contains { $0.firstEventID == id }
      || corrections.contains { $0.eventID == id }
  }
}

extension Journey {
  /// Puts a touchpoint at its place in event-time order; retains its profile.
  mutating func insert(
    time: EventTime, eventID: EventID, profile: ProfileTable.ID, click: ClickID?
  ) {
    let (high, low) = eventID.fingerprint
    var detail: UInt32 = 0
    let isUUID = if case .uuid = eventID { true } else { false }
    if !isUUID || click != nil {
      detail = details.append(eventID: isUUID ? nil : eventID, click: click)
    }
    let touchpoint = StoredTouchpoint(
      time: time, idHigh: high, idLow: low, profile: profile, detail: detail)
    var index = touchpoints.count
    while index > 0, isOrdered(eventID, time, before: touchpoints[index - 1]) { index -= 1 }
    if touchpoints.capacity == touchpoints.count { growTouchpoints() }
    touchpoints.insert(touchpoint, at: index)
  }

  /// Doubling would leave half of a typical journey's memory unused; journeys grow slowly.
  private mutating func growTouchpoints() {
    touchpoints.reserveCapacity(touchpoints.count + max(2, touchpoints.count / 4))
  }

  private func isOrdered(
    _ id: EventID, _ time: EventTime, before other: StoredTouchpoint
  ) -> Bool {
    time != other.time ? time < other.time : id < eventID(of: other)
  }

  /// Takes the touchpoint at `index` out and releases its profile.
  mutating func removeTouchpoint(at index: Int, profiles: inout ProfileTable) {
    let touchpoint = touchpoints.remove(at: index)
    profiles.release(touchpoint.profile)
    guard touchpoint.detail > 0 else { return }
    let length = details.remove(at: touchpoint.detail)
    for other in touchpoints.indices where touchpoints[other].detail > touchpoint.detail {
      touchpoints[other].detail -= length
    }
  }

  func touchpointIndex(of id: EventID) -> Int? {
    let (high, low) = id.fingerprint
    return touchpoints.firstIndex { $0.idLow == low && $0.idHigh == high }
  }

  mutating func setProfile(_ profile: ProfileTable.ID, at index: Int) {
    touchpoints[index].profile = profile
  }

  /// Forgets what is older than `horizon`. Whatever it forgets can no longer be on a path.
  ///
  /// Conversions may be kept for longer, and then, `lookback` before them, what is on their paths.
  package mutating func prune(
    before horizon: EventTime, lookback: TimeSpan, profiles: inout ProfileTable
  ) {
    if conversions.contains(where: { $0.keptSince < horizon }) {
      conversions.removeAll { $0.keptSince < horizon }
    }
    if corrections.contains(where: { $0.keptSince < horizon }) {
      corrections.removeAll { $0.keptSince < horizon }
    }
    var index = 0
    while index < touchpoints.count, touchpoints[index].time < horizon {
      let time = touchpoints[index].time
      if conversions.contains(where: { time <= $0.time && $0.time - time <= lookback }) {
        index += 1
      } else {
        removeTouchpoint(at: index, profiles: &profiles)
      }
    }
    if sessions.contains(where: { $0.last < horizon }) {
      for session in sessions where session.last < horizon { release(session, &profiles) }
      sessions.removeAll { $0.last < horizon }
    }
  }

  func release(_ session: SessionSpan, _ profiles: inout ProfileTable) {
    if let profile = session.demotion.profile { profiles.release(profile) }
  }

  /// Gives back every profile: the journey is about to be dropped.
  package mutating func removeAll(profiles: inout ProfileTable) {
    for touchpoint in touchpoints { profiles.release(touchpoint.profile) }
    for session in sessions { release(session, &profiles) }
    self = Journey()
  }
}
