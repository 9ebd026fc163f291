/// Says which events change an earlier conversion, and how.
package struct AdjustmentRule: Sendable {
  /// What an event does to a conversion.
  package enum Change: Hashable, Sendable {
    /// Takes the amount in this field off the value, whatever its sign.
    case subtract(FieldIndex)
    /// The value is what this field says, as of the event.
    case set(FieldIndex)
    /// The conversion does not count any more.
    case cancel
  }

  package var when: EventRule
  /// Name of the conversion rule.
  package var conversion: String
  /// The field with the conversion's key.
  package var key: FieldIndex
  package var change: Change

  package init(when: EventRule, conversion: String, key: FieldIndex, change: Change) {
    self.when = when
    self.conversion = conversion
    self.key = key
    self.change = change
  }
}

/// One change of a conversion, as Intake found it in an event.
package struct AdjustmentReport: Hashable, Sendable {
  package enum Change: Hashable, Sendable {
    /// Not negative.
    case subtract(Amount)
    case set(Amount)
    case cancel
  }

  /// The conversion rule's name.
  package var rule: String
  /// The conversion's business key.
  package var key: String
  package var change: Change

  package init(rule: String, key: String, change: Change) {
    self.rule = rule
    self.key = key
    self.change = change
  }
}

/// What a journey keeps of an event that says something about a conversion beside the report that the
/// conversion rests on.
///
/// All of them are kept, and what a conversion is worth is worked out anew from all of them: so it
/// depends neither on their order of arrival nor on the conversion having been there before.
package struct StoredCorrection: Hashable, Sendable {
  package enum Content: Hashable, Sendable {
    /// Another report; the lower its rank, the more its fields are to be preferred.
    case report(rank: Int, value: Amount?, currency: String?)
    case adjustment(AdjustmentReport.Change)
  }

  /// Index of the conversion rule in the rule set.
  package var rule: Int
  package var key: String
  package var time: EventTime
  package var eventID: EventID
  /// Kept until the retention has passed since this time.
  package var keptSince: EventTime
  package var content: Content

  package init(
    rule: Int, key: String, time: EventTime, eventID: EventID, keptSince: EventTime,
    content: Content
  ) {
    self.rule = rule
    self.key = key
    self.time = time
    self.eventID = eventID
    self.keptSince = keptSince
    self.content = content
  }

  /// The order in which corrections take effect: by event time; in one event what sets a value comes
  /// before what takes from it.
  package func precedes(_ other: StoredCorrection) -> Bool {
    (time, eventID) != (other.time, other.eventID)
      ? (time, eventID) < (other.time, other.eventID) : precedence < other.precedence
  }

  private var precedence: Int {
    switch content {
    case .report: 0
    case .adjustment(.set): 1
    case .adjustment(.subtract): 2
    case .adjustment(.cancel): 3
    }
  }
}
