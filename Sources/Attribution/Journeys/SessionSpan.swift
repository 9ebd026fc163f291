/// One session of a person, as far as it is known: the events from `first` to `last`.
///
/// Spans only ever grow and merge, so the order in which events arrive does not change the result.
package struct SessionSpan: Hashable, Sendable {
  /// What the starting event's touchpoint becomes should an earlier event take the start over.
  package enum Demotion: Hashable, Sendable {
    /// The event is the same touchpoint (or none) either way.
    case unchanged
    case removed
    /// The event is another touchpoint when it does not start a session.
    case replaced(ProfileTable.ID)
    /// The event is a touchpoint only when it does not start a session. Rare, hence boxed.
    indirect case added(ProfileTable.ID, ClickID?)

    /// The profile that the session itself uses.
    package var profile: ProfileTable.ID? {
      switch self {
      case .unchanged, .removed: nil
      case .replaced(let profile), .added(let profile, _): profile
      }
    }
  }

  /// Hash of the tracker's session id; `nil` where sessions are found by inactivity.
  package var trackedID: UInt64?
  package var first: EventTime
  package var firstEventID: EventID
  package var last: EventTime
  package var demotion: Demotion

  package init(
    trackedID: UInt64?, first: EventTime, firstEventID: EventID, last: EventTime,
    demotion: Demotion
  ) {
    self.trackedID = trackedID
    self.first = first
    self.firstEventID = firstEventID
    self.last = last
    self.demotion = demotion
  }
}
