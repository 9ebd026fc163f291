extension Configuration {
  /// One topic to read events from.
  package struct Input: Hashable, Sendable {
    package var topic: String
    package var format: Format

    /// How the topic's records are read.
    package enum Format: Hashable, Sendable {
      /// Segment's JSON, which RudderStack and Jitsu send too.
      case segment
      /// Any JSON object; the pointers say where each field is.
      case mapped(MappedFields)
      /// A format that this version cannot read, by its name.
      case unavailable(String)
    }
  }

  /// Where each field of a `mapped` input is: JSON pointers (RFC 6901).
  package struct MappedFields: Hashable, Sendable {
    /// Pointers by the field's name in the configuration, in the order of `MappedFields.names`.
    package var pointers: [String: String]

    /// Names that `fields` may have.
    package static let names = [
      "event", "type", "person", "anonymous", "time", "id", "session", "url", "referrer", "source",
      "medium", "campaign", "term", "content", "device", "country", "user_agent",
    ]
  }
}
