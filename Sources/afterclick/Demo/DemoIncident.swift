import Attribution

/// The fault that the shop has on purpose, and what has become of it.
struct DemoIncident: Hashable, Sendable {
  /// Of ten that would have ordered, so many still do.
  static let factor = 0.15
  /// How long after the first alert the shop is repaired.
  static let repairTime = TimeSpan.minutes(1)
  /// By when it is repaired without any.
  static let longest = TimeSpan.hours(1)

  /// When it begins, in the shop's time.
  var plantedAt: EventTime
  /// When it ends; `nil` until somebody has noticed.
  var repairedAt: EventTime?
}
