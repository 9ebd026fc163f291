package import Attribution

/// How much noise alerts may make, and when they are repeated or given up.
package struct AlertSettings: Hashable, Sendable {
  /// The budget of the whole installation.
  package var falseAlarmsPerWeek = 1.0
  /// When a lasting new level becomes the expected one.
  package var acceptLevelAfter = TimeSpan.days(3)
  /// How often an open alert is said again.
  package var renotify = TimeSpan.hours(4)
  /// Where to read what to do; `{funnel}` and `{step}` are replaced.
  package var runbookURL: String?
  /// Where to look at what it is about.
  package var link: String?

  package init() {}
}
