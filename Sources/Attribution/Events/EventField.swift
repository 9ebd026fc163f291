/// The fields every input format fills in where it can, under the names that rules use.
///
/// Text is as the tracker sent it; rules compare it normalised.
@usableFromInline
package enum EventField: Int, CaseIterable, Sendable {
  /// `page`, `screen`, `track`, `identify`, `alias` or `group`.
  case type
  /// The name of a tracked event: `Order Completed`.
  case event
  /// The id that makes the same event recognisable when it is delivered again.
  case eventID
  case userID
  case anonymousID
  /// The id that an `alias` joins to the user id.
  case previousID
  /// The tracker's own session id.
  case sessionID
  /// The page's whole URL.
  case url
  /// Host of the page.
  case host
  /// Path of the page, without query.
  case path
  /// The referrer's whole URL.
  case referrerURL
  /// Host of the referrer.
  case referrer
  /// Campaign data as the event brought it: in its own fields or as parameters of the URL.
  case source
  case medium
  case campaign
  case term
  case content
  /// The parameter that brought a click id: `gclid`, `fbclid`, ….
  case clickIDName
  case clickID
  case userAgent
  /// `mobile`, `tablet`, `desktop`, `tv` or what the tracker said.
  case device
  case country
  /// Where the visit came from once campaign data, click id and referrer are weighed: `google`.
  case trafficSource
  /// How it came, likewise: `cpc`, `organic`, `referral`, `(none)`.
  case trafficMedium
  /// The channel that the channel rules found.
  case channel

  /// The name in configuration and messages; `nil` for fields that no rule can name.
  package var name: String? {
    switch self {
    case .type: "type"
    case .event: "event"
    case .host: "host"
    case .path: "path"
    case .referrer: "referrer"
    case .source: "source"
    case .medium: "medium"
    case .campaign: "campaign"
    case .term: "term"
    case .content: "content"
    case .device: "device"
    case .country: "country"
    case .channel: "channel"
    case .clickIDName: "click_id"
    case .userID: "user_id"
    case .anonymousID: "anonymous_id"
    case .eventID, .previousID, .sessionID, .url, .referrerURL, .clickID, .userAgent,
      .trafficSource, .trafficMedium:
      nil
    }
  }

  /// The fields that rules can name, in order of declaration.
  package static let named: [String: EventField] = Dictionary(
    uniqueKeysWithValues: allCases.compactMap { field in field.name.map { ($0, field) } })
}

/// The position of a field in a `TrackingEvent`: the standard ones first, then JSON pointers.
@usableFromInline
package struct FieldIndex: Hashable, Sendable {
  @usableFromInline package let position: Int

  @inlinable
  package init(_ field: EventField) {
    position = field.rawValue
  }

  @inlinable
  package init(pointer number: Int) {
    position = EventField.allCases.count + number
  }
}

/// The JSON pointers (RFC 6901) that a configuration reads, each with its field.
///
/// Decoders extract exactly these beside the standard fields; everything else in an event is
/// skipped without being looked at.
package struct FieldTable: Hashable, Sendable {
  /// In order of their field index.
  package private(set) var pointers: [String] = []
  private var numbers: [String: Int] = [:]

  package init() {}

  /// Fields of an event decoded for this table.
  package var count: Int { EventField.allCases.count + pointers.count }

  /// The field for `pointer`, added if it is new.
  package mutating func index(ofPointer pointer: String) -> FieldIndex {
    if let number = numbers[pointer] { return FieldIndex(pointer: number) }
    numbers[pointer] = pointers.count
    pointers.append(pointer)
    return FieldIndex(pointer: pointers.count - 1)
  }
}
