package import Attribution

/// What one event of a person means to one funnel.
package struct FunnelMark: Hashable, Sendable {
  package var time: EventTime
  package var eventID: EventID
  /// The steps that the event is, a bit for each index.
  package var steps: UInt32
  /// The event drops the attempt that is under way.
  package var isExcluding: Bool
  /// Values of the funnel's dimensions; empty text where the event does not say.
  package var segments: [String]
  package var value: Amount?
  package var currency: String?

  package init(
    time: EventTime, eventID: EventID, steps: UInt32, isExcluding: Bool = false,
    segments: [String] = [], value: Amount? = nil, currency: String? = nil
  ) {
    self.time = time
    self.eventID = eventID
    self.steps = steps
    self.isExcluding = isExcluding
    self.segments = segments
    self.value = value
    self.currency = currency
  }

  package func isStep(_ index: Int) -> Bool { steps & (1 << UInt32(index)) != 0 }

  /// Whether a funnel of that order has to remember the event at all.
  package func matters(to order: FunnelShape.Order) -> Bool {
    steps != 0 || isExcluding || order == .strict
  }

  /// Event time, then event id, as everywhere: every order of arrival gives the same sequence.
  package static func isOrdered(_ left: FunnelMark, _ right: FunnelMark) -> Bool {
    left.isBefore(right.time, right.eventID)
  }

  /// Whether it comes before the event `id` at `time`.
  func isBefore(_ time: EventTime, _ id: EventID) -> Bool {
    self.time != time ? self.time < time : eventID < id
  }
}
