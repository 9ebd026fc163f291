package import Attribution

extension AttributedConversion {
  /// Writes the record value for the conversions topic: `afterclick/attributed-conversion/v1`.
  ///
  /// `emittedAt` is the clock's time in the daemon and stream time in a replay.
  package func write(emittedAt: EventTime, to writer: inout JSONWriter) {
    writer.object { json in
      json.member("schema", "afterclick/attributed-conversion/v1")
      json.member("conversion_id", id)
      json.member("conversion", rule)
      json.member("kind", kind.rawValue)
      json.member("revision", revision)
      json.member("status", status.rawValue)
      if status == .unattributed { json.member("unattributed", true) }
      json.member("reason", reason.rawValue)
      json.member("person_id", person)
      json.member("event_id", eventID)
      json.member("occurred_at", occurredAt)
      json.member("emitted_at", emittedAt)
      if let value { json.member("value", value) }
      json.member("currency", currency)
      own.write(until: occurredAt, to: &json)
      if !windows.isEmpty {
        json.array("windows") { json in
          for (name, path) in windows {
            json.object { json in
              json.member("name", name)
              path.write(until: occurredAt, to: &json)
              path.path.writeExplanation(isIncomplete: isIncomplete, to: &json)
            }
          }
        }
      }
      if let credited { write(credited, to: &json) }
      if let models { AttributedPath.write(models, to: &json) }
      own.path.writeExplanation(isIncomplete: isIncomplete, to: &json)
    }
  }

  private func write(_ credited: Credited, to json: inout JSONWriter) {
    json.object("credits") { json in
      json.member("conversion", credited.conversion)
      json.member("conversion_id", credited.id)
      json.member("occurred_at", credited.occurredAt)
      credited.path.write(until: credited.occurredAt, to: &json)
      credited.path.path.writeExplanation(isIncomplete: false, to: &json)
    }
  }

  /// The models as they were computed for any of the paths; `nil` if all of these are empty.
  private var models: [AttributedPath.ModelResult]? {
    guard own.models.isEmpty else { return own.models }
    let paths = windows.map(\.path) + [credited?.path].compactMap(\.self)
    return paths.map(\.models).first { !$0.isEmpty }
  }
}
