package import Attribution
internal import Foundation

/// The time of day: when something was emitted. The one place that reads it.
package enum WallClock {
  package static var now: EventTime {
    EventTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
  }
}
