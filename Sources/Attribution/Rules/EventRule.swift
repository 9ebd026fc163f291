/// A condition compiled for evaluation: a flat program that allocates nothing per event.
package struct EventRule: Sendable {
  // One reference, however many parts: rules lie in arrays, and taking one out copies it.
  let program: EventProgram

  package init(_ condition: EventCondition) throws(TextPattern.Invalid) {
    var compiler = EventProgram.Compiler()
    try compiler.append(condition)
    program = EventProgram(compiler)
  }

  /// Whether the outcome can depend on the event being the first of its session.
  package var dependsOnSession: Bool { program.dependsOnSession }

  /// Fields that some test reads.
  package var fields: Set<FieldIndex> { program.fields }

  /// Whether some test reads `field`.
  package func reads(_ field: EventField) -> Bool { fields.contains(FieldIndex(field)) }

  /// Whether the rule holds for `event`, given that it does or does not start a session.
  ///
  /// Cost: a few nanoseconds per comparison; one RE2 search per `matches`.
  package func matches(_ event: borrowing TrackingEvent, startsSession: Bool = false) -> Bool {
    program.holds(0, event, startsSession)
  }
}
