/// What a Journeys machine has counted since it started. Only ever grows.
package struct JourneyCounters: Hashable, Sendable {
  /// Events applied, duplicates included.
  package var events = 0
  /// Deliveries of an event that had been applied before.
  package var duplicates = 0
  /// Events behind stream time by more than `late.accept`.
  package var late = 0
  /// Events older than the retention horizon.
  package var tooLate = 0
  /// Conversions emitted for the first time.
  package var conversions = 0
  /// Of these, with no touchpoint on their path.
  package var unattributed = 0
  /// Later revisions, retractions included.
  package var revisions = 0
  /// Reports that repeated a known conversion.
  package var repeatedReports = 0
  /// Adjustments of conversions.
  package var adjustments = 0
  /// Reports for rules that the configuration does not have.
  package var unknownReports = 0
  /// Touchpoints given up because a journey was full.
  package var touchpointsOverLimit = 0
  /// Journeys dropped because they were idle.
  package var expiredJourneys = 0
  /// Links and aliases learned, repeats included.
  package var links = 0
  /// Events of linked devices that went on to their person as they came.
  package var eventsPassedOn = 0
  /// Events that moved because it turned out later whose they are.
  package var eventsMoved = 0
  /// Times that a person was linked with more devices than may be, and did not take in their events.
  package var devicesOverLimit = 0
  /// Links forgotten because there were too many.
  package var linksOverLimit = 0
  /// Events that can no longer move because too many came after them.
  package var heldOverLimit = 0
  /// Devices and people that were erased.
  package var erasures = 0
  /// Events that are gone because their person was erased, or came when it had been.
  package var eventsOfErased = 0
  /// Events that a funnel gave up because one person had too many.
  package var funnelEventsOverLimit = 0
  /// Records of the internal log that could not be read.
  package var malformed = 0

  package init() {}
}

extension JourneyCounters {
  /// Adds what another machine has counted.
  package mutating func add(_ other: JourneyCounters) {
    events += other.events
    duplicates += other.duplicates
    late += other.late
    tooLate += other.tooLate
    conversions += other.conversions
    unattributed += other.unattributed
    revisions += other.revisions
    repeatedReports += other.repeatedReports
    unknownReports += other.unknownReports
    adjustments += other.adjustments
    touchpointsOverLimit += other.touchpointsOverLimit
    expiredJourneys += other.expiredJourneys
    links += other.links
    eventsPassedOn += other.eventsPassedOn
    eventsMoved += other.eventsMoved
    devicesOverLimit += other.devicesOverLimit
    linksOverLimit += other.linksOverLimit
    heldOverLimit += other.heldOverLimit
    erasures += other.erasures
    eventsOfErased += other.eventsOfErased
    funnelEventsOverLimit += other.funnelEventsOverLimit
    malformed += other.malformed
  }
}
