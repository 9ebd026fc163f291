internal import Attribution
package import Formats

/// What an Intake machine has counted since it started. Only ever grows.
package struct IntakeCounters: Hashable, Sendable {
  /// Records read, of whatever quality.
  package var records = 0
  /// Events decoded from them.
  package var events = 0
  /// Events that some rule needed, and that went on to Journeys.
  package var forwarded = 0
  /// Events that no rule needed.
  package var unmatched = 0
  /// Events that some rule would have needed, left out because a robot sent them.
  package var screenedBots = 0
  /// The same of machines that fetch ahead of people.
  package var screenedPrefetches = 0
  /// The same of events that `screening.when` holds for.
  package var screenedByRule = 0
  /// Events whose ids are blocked, and identify nobody.
  package var unidentified = 0
  /// Events without the consent that is required.
  package var withoutConsent = 0
  /// Conversions without that consent, by their rule, where they are to be counted.
  package var strippedConversions: [String: Int] = [:]
  /// Events that asked for everything about their person to be forgotten.
  package var erasures = 0
  /// Events that claimed to be from the future and were given the time they were received.
  package var futureTimes = 0
  /// Records, and single events of batches, that are dead letters, by reason.
  package var rejected: [RejectionCode: Int] = [:]
  /// Events that said what was spent.
  package var spend = 0

  package init() {}

  mutating func count(withoutConsent event: borrowing TrackingEvent, _ check: ConsentCheck) {
    withoutConsent += 1
    for rule in check.stripped(event) { strippedConversions[rule, default: 0] += 1 }
  }

  /// Events left out for any reason that is no mistake of theirs.
  package var screened: Int { screenedBots + screenedPrefetches + screenedByRule }
}

extension IntakeCounters {
  /// Adds what another machine has counted.
  package mutating func add(_ other: IntakeCounters) {
    records += other.records
    events += other.events
    forwarded += other.forwarded
    unmatched += other.unmatched
    screenedBots += other.screenedBots
    screenedPrefetches += other.screenedPrefetches
    screenedByRule += other.screenedByRule
    futureTimes += other.futureTimes
    unidentified += other.unidentified
    withoutConsent += other.withoutConsent
    strippedConversions.merge(other.strippedConversions, uniquingKeysWith: +)
    erasures += other.erasures
    rejected.merge(other.rejected, uniquingKeysWith: +)
    spend += other.spend
  }
}
