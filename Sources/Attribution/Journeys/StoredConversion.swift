/// A conversion as a journey keeps it, so that what arrives later can revise it.
package struct StoredConversion: Hashable, Sendable {
  /// Index of its rule in the rule set.
  package var rule: Int
  /// The business key that makes several reports one conversion.
  package var key: String?
  /// The report that stands: the earliest by event time, then event id.
  package var time: EventTime
  package var eventID: EventID
  package var value: Amount?
  package var currency: String?
  /// How much the report's source is preferred: 0 is the best.
  package var rank = 0
  /// It came so late that touchpoints of its path may have been forgotten before.
  package var isIncomplete = false
  /// Of a chain of repeats without a key, the time of the last.
  package var lastRepeat: EventTime
  /// Kept until the retention has passed since this time: its own, or stream time on arrival, and as
  /// much later as rules need it for longer.
  package var keptSince: EventTime
  /// The last revision emitted; 0 before the first.
  package var revision = 0
  /// Identifies what the last revision said; an equal result is not emitted again.
  package var digest: UInt64 = 0

  package init(rule: Int, report: ConversionReport, event: JourneyEvent, keptSince: EventTime) {
    self.rule = rule
    key = report.key
    time = event.time
    eventID = event.eventID
    value = report.value
    currency = report.currency
    rank = report.rank
    lastRepeat = event.time
    self.keptSince = max(event.time, keptSince)
  }

  package init(
    rule: Int, key: String?, time: EventTime, eventID: EventID, value: Amount?,
    currency: String?, lastRepeat: EventTime, keptSince: EventTime, revision: Int, digest: UInt64
  ) {
    self.rule = rule
    self.key = key
    self.time = time
    self.eventID = eventID
    self.value = value
    self.currency = currency
    self.lastRepeat = lastRepeat
    self.keptSince = keptSince
    self.revision = revision
    self.digest = digest
  }

  /// The rule's name and the business key, or the event id where there is no key.
  package func id(ofRuleNamed name: String) -> String {
    "\(name):\(key ?? eventID.description)"
  }

  /// Whether this conversion comes before `other` in event-time order.
  package func precedes(_ other: StoredConversion) -> Bool {
    (time, eventID) < (other.time, other.eventID)
  }
}
