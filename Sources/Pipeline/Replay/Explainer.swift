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
    var replay = try Replay(settings, conversions: nil)
    replay.explainedID = id
    _ = try replay.run()
    guard let explanation = replay.explanation else { return nil }
    let rules = try channelRules(of: Explainer.events(of: explanation.conversion))
    return Answer(explanation, channelRules: rules)
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

  /// The channel rules of the traced events, by reading every input through Intake.
  private func channelRules(of traced: Set<EventID>) throws -> [EventID: Int?] {
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
      var table = input.table
      while !reader.isFinished {
        guard let line = try reader.nextBuffered() ?? reader.readOn() else { continue }
        do throws(RejectedInput) {
          _ = try line.read(by: &table, limit: settings.limits.recordBytes) { value in
            intake.step(
              InputRecord(value: value), topic: input.topic, partition: 0,
              offset: Int64(line.number - 1), output: &output)
          }
        } catch {
          // A line that is no record explains nothing; `replay` says what it is.
          continue
        }
        output.removeAll()
      }
      intakes[input.topic] = intake
    }
    return intakes.values.reduce(into: [:]) { $0.merge($1.channelRules) { first, _ in first } }
  }
}
