package import Attribution

/// What the configuration says about functions that this version does not have.
///
/// It is checked like everything else, so that a file that loads today keeps its meaning.
package struct PlannedFeatures: Hashable, Sendable {
  /// An ordered list of steps that people are expected to go through.
  package struct Funnel: Hashable, Sendable {
    package var name: String
    package var order: Order
    /// How long the whole funnel may take.
    package var within: TimeSpan?
    /// At least two.
    package var steps: [Step]
    /// Events that drop an attempt.
    package var exclude: [EventCondition]
    /// Names of dimensions, or JSON pointers.
    package var segments: [String]

    /// What may happen between two steps.
    package enum Order: String, CaseIterable, Sendable {
      case ordered, strict
      case anyOrder = "any_order"
    }

    /// One thing that people do on the way.
    package struct Step: Hashable, Sendable {
      package var name: String
      package var when: EventCondition
      /// How long after the step before it may come.
      package var within: TimeSpan?
    }
  }

  /// How much noise alerts may make.
  package struct Alerts: Hashable, Sendable {
    package var falseAlarmsPerWeek = 1.0
    package var runbookURL: String?
    /// When a lasting new level becomes the expected one.
    package var acceptLevelAfter: TimeSpan?
    /// How often an open alert is sent again.
    package var renotify: TimeSpan?
  }

  /// The fields that the conditions here refer to; rules in force have their own table.
  package var fields = FieldTable()
  package var funnels: [Funnel] = []
  package var alerts: Alerts?
  /// Host and port to listen on.
  package var httpListen: String?

  package init() {}
}
