extension Configuration {
  /// Names of the topics that results are written to.
  package struct Outputs: Hashable, Sendable {
    package var conversions = "attributed-conversions"
    package var alerts = "funnel-alerts"
    package var reports = "channel-reports"
    package var deadLetters = "afterclick-dead-letters"
    /// Where it is said that somebody was erased.
    package var audits = "afterclick-erasures"

    package init() {}
  }
}
