// What reading a stored journey needs: everything comes back in the order in which it was kept.
extension Journey {
  package mutating func reserve(touchpoints count: Int) {
    touchpoints.reserveCapacity(count)
  }

  /// Adds a touchpoint after all others; takes over the use of its profile.
  package mutating func append(
    time: EventTime, eventID: EventID, profile: ProfileTable.ID, click: ClickID?
  ) {
    insert(time: time, eventID: eventID, profile: profile, click: click)
  }

  package mutating func append(_ conversion: StoredConversion) {
    conversions.append(conversion)
  }

  package mutating func append(_ correction: StoredCorrection) {
    corrections.append(correction)
  }

  package mutating func append(_ session: SessionSpan) {
    sessions.append(session)
  }
}
