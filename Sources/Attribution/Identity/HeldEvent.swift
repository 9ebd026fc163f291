/// An event with the way it has come, as whoever it belongs to keeps it.
package struct HeldEvent: Hashable, Sendable {
  /// A device or a person that has passed the event on.
  package struct Stop: Hashable, Sendable {
    package var subject: String
    /// The version of its `Ownership` by which it did.
    package var version: Int

    package init(subject: String, version: Int) {
      self.subject = subject
      self.version = version
    }
  }

  package var eventID: EventID
  package var time: EventTime
  /// Stream time where the event arrived first: how much of its past was known then.
  package var arrival: EventTime
  /// It carried no user id: at its first stop, links decide.
  package var isAnonymous: Bool
  /// In order, without the present one.
  package var stops: [Stop]
  /// The event in the journeys log's own form.
  package var payload: [UInt8]

  package init(
    eventID: EventID, time: EventTime, arrival: EventTime, isAnonymous: Bool, stops: [Stop] = [],
    payload: [UInt8]
  ) {
    self.eventID = eventID
    self.time = time
    self.arrival = arrival
    self.isAnonymous = isAnonymous
    self.stops = stops
    self.payload = payload
  }

  /// The device that the event came from, if it has left it.
  package var device: String? { isAnonymous ? stops.first?.subject : nil }

  /// Whether the event has been with `subject` before.
  package func passed(_ subject: String) -> Bool {
    stops.contains { $0.subject == subject }
  }

  /// Event-time order, which is also the order in which journeys are put together again.
  package func precedes(_ other: HeldEvent) -> Bool {
    (time, eventID) < (other.time, other.eventID)
  }
}

/// What was last emitted about a conversion. It goes with the conversion when that moves, so that
/// the next revision follows.
package struct EmittedRevision: Hashable, Sendable {
  /// What became of the conversion.
  package enum Status: UInt8, Sendable {
    /// It stands.
    case standing
    /// It was retracted, or belongs to another conversion as its repeat.
    case retracted
    /// It moved to somebody else, who has gone on from this revision.
    case elsewhere
  }

  /// The conversion rule's name.
  package var rule: String
  /// The conversion's id.
  package var id: String
  package var time: EventTime
  package var revision: Int
  package var status: Status

  package init(rule: String, id: String, time: EventTime, revision: Int, status: Status) {
    self.rule = rule
    self.id = id
    self.time = time
    self.revision = revision
    self.status = status
  }
}
