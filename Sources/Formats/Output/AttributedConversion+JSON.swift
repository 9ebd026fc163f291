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
      own.write(of: self, to: &json)
      if !windows.isEmpty {
        json.array("windows") { json in
          for (name, path) in windows {
            json.object { json in
              json.member("name", name)
              path.write(of: self, to: &json)
              path.path.writeExplanation(to: &json)
            }
          }
        }
      }
      let models =
        own.models.isEmpty ? windows.lazy.map(\.path.models).first { !$0.isEmpty } : own.models
      if let models { AttributedPath.write(models, to: &json) }
      own.path.writeExplanation(to: &json)
    }
  }
}
