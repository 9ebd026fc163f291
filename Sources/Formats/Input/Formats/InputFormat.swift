/// What the records of an input topic look like.
package enum InputFormat: Hashable, Sendable {
  /// Segment's JSON, which RudderStack and Jitsu speak too; one event or a `batch` of them.
  case segment
  /// Snowplow's enriched events: lines of 131 columns, or the Analytics SDKs' JSON.
  case snowplow
  /// Any JSON object: the configuration says where each field is.
  case mapped(MappedFields)
}

extension InputFormat {
  /// How the format's events look in JSON.
  var json: JSONEvents.Format {
    switch self {
    case .segment: .segment
    case .snowplow: .snowplow
    case .mapped(let fields): .mapped(fields)
    }
  }
}
