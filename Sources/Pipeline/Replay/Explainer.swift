package import Attribution
internal import Formats
internal import Stages

/// Finds out why a conversion was credited as it was, by reading files again.
///
/// Twice: once to find the conversion and what is on its paths, once to see which channel rule named
/// each touchpoint's channel. What is explained is the last revision that a replay would write.
package struct Explainer {
  package struct Answer: Sendable {
    package let explanation: ConversionExplanation
    /// The index of the channel rule that matched each touchpoint's event; `nil` if none did.
    package let channelRules: [EventID: Int?]

    package init(_ explanation: ConversionExplanation, channelRules: [EventID: Int?]) {
      self.explanation = explanation
      self.channelRules = channelRules
    }
  }

  private let settings: Replay.Settings

  /// Standard input is no input here: it can be read only once.
  package init(_ settings: Replay.Settings) {
    self.settings = settings
  }

  /// `nil` if no conversion of the files has this id. Throws for a file, or for rules whose pointers
  /// no decoder takes.
  package func explain(_ id: String) throws -> Answer? {
    var journeys = JourneyMachine(rules: settings.rules, isSaved: false)
    journeys.explainedID = id
    var told = OutgoingRecords()
    _ = try run(traced: []) { key, value in
      Explainer.follow(key, value, &journeys, &told)
      journeys.expire(limit: 1)
    }
    guard let explanation = journeys.explanation else { return nil }
    let rules = try run(traced: Explainer.events(of: explanation.conversion)) { _, _ in }
    return Answer(explanation, channelRules: rules)
  }

  /// Follows a record, and what Journeys tells itself about it.
  private static func follow(
    _ key: UnsafeRawBufferPointer?, _ value: UnsafeRawBufferPointer?,
    _ journeys: inout JourneyMachine, _ told: inout OutgoingRecords
  ) {
    guard journeys.emissions(key, value, &told) != nil else {
      preconditionFailure("what Intake wrote cannot be read by Journeys")
    }
    while !told.isEmpty {
      let records = told
      told = OutgoingRecords()
      records.forEach { record, key, value in
        guard record.destination == .journeys else { return }
        guard journeys.emissions(key, value, &told) != nil else {
          preconditionFailure("Journeys cannot read what it has written itself")
        }
      }
    }
  }

  /// Ids of all touchpoints that are on some path, or were considered for one.
  private static func events(of conversion: AttributedConversion) -> Set<EventID> {
    var paths = [conversion.path] + conversion.windows.map(\.path.path)
    if let credited = conversion.credited { paths.append(credited.path.path) }
    return paths.reduce(into: []) { ids, path in
      ids.formUnion(path.touchpoints.map(\.eventID))
      ids.formUnion((path.trace ?? []).map(\.touchpoint.eventID))
    }
  }

  /// Reads every input through Intake. Returns the channel rules of the traced events.
  private func run(
    traced: Set<EventID>,
    _ body: (UnsafeRawBufferPointer?, UnsafeRawBufferPointer?) -> Void
  ) throws -> [EventID: Int?] {
    var intakes: [String: IntakeMachine] = [:]
    for input in settings.inputs where intakes[input.topic] == nil {
      intakes[input.topic] = try IntakeMachine(
        IntakeMachine.Settings(
          format: input.format, rules: settings.rules, limits: settings.limits,
          journeysPartitions: 1, presumedNow: settings.presumedNow))
      intakes[input.topic]?.tracedEvents = traced
    }
    var output = OutgoingRecords()
    for input in settings.inputs {
      guard var intake = intakes.removeValue(forKey: input.topic) else {
        preconditionFailure("no machine for topic \(input.topic)")
      }
      let reader = try LineReader(
        try ByteSources.open(try input.open()), limit: settings.limits.recordBytes)
      while !reader.isFinished {
        guard let line = try reader.nextBuffered() ?? reader.readOn() else { continue }
        guard !line.isCut else { continue }
        intake.step(
          InputRecord(value: line.bytes), topic: input.topic, partition: 0,
          offset: Int64(line.number - 1), output: &output)
        output.forEach { record, key, value in
          if record.destination == .journeys { body(key, value) }
        }
        output.removeAll()
      }
      intakes[input.topic] = intake
    }
    return intakes.values.reduce(into: [:]) { $0.merge($1.channelRules) { first, _ in first } }
  }
}
