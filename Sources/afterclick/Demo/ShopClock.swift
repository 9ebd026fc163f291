import Attribution
import Pipeline

/// What time it is in the simulated shop.
///
/// It passes `speed` times as fast as the clock's, from some hours ago on. Where it reaches the
/// present it goes on with it: nothing is ever sent from the future.
struct ShopClock: Sendable {
  /// The shop's time when its clock started.
  let origin: EventTime
  let start: ContinuousClock.Instant
  let speed: Double

  /// How far behind the present a shop begins whose time passes faster.
  static let headStart = TimeSpan.hours(12)

  /// The shop's time at `instant`, which is `present` by the clock on the wall.
  func time(at instant: ContinuousClock.Instant, present: EventTime) -> EventTime {
    min(present, origin + TimeSpan((instant - start) * speed))
  }

  /// The shop's time now.
  var now: EventTime { time(at: .now, present: WallClock.now) }
}
