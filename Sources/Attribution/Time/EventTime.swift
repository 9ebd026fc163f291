/// A moment on the trackers' corrected clocks: milliseconds since 1970-01-01T00:00:00Z.
///
/// Event time is data. Nothing in the pure modules ever reads a clock to obtain one.
@usableFromInline
package struct EventTime: Hashable, Comparable, Sendable {
  @usableFromInline package var milliseconds: Int64

  @inlinable
  package init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  /// Before every event: where stream time starts.
  @usableFromInline package static let distantPast = EventTime(milliseconds: .min / 4)

  @inlinable
  package static func < (left: EventTime, right: EventTime) -> Bool {
    left.milliseconds < right.milliseconds
  }

  @inlinable
  package static func + (time: EventTime, span: TimeSpan) -> EventTime {
    EventTime(milliseconds: time.milliseconds + span.milliseconds)
  }

  @inlinable
  package static func - (time: EventTime, span: TimeSpan) -> EventTime {
    EventTime(milliseconds: time.milliseconds - span.milliseconds)
  }

  @inlinable
  package static func - (later: EventTime, earlier: EventTime) -> TimeSpan {
    TimeSpan(milliseconds: later.milliseconds - earlier.milliseconds)
  }
}
