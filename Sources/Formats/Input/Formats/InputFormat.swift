/// What the records of an input topic look like.
package indirect enum InputFormat: Hashable, Sendable {
  /// Segment's JSON, which RudderStack and Jitsu speak too; one event or a `batch` of them.
  case segment
  /// Snowplow's enriched events: lines of 131 columns, or the Analytics SDKs' JSON.
  case snowplow
  /// Any JSON object: the configuration says where each field is.
  case mapped(MappedFields)
  /// CloudEvents, in binary or structured mode, whose data is in another format.
  case cloudEvents(data: InputFormat)

  /// Whether records of the format have something in their headers.
  package var readsHeaders: Bool {
    if case .cloudEvents = self { true } else { false }
  }
}

extension InputFormat {
  /// How the format's events look in JSON; of CloudEvents, their data.
  var json: JSONEvents.Format {
    switch self {
    case .segment: .segment
    case .snowplow: .snowplow
    case .mapped(let fields): .mapped(fields)
    case .cloudEvents(let data): data.json
    }
  }
}
