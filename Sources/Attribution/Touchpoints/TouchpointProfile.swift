/// Everything that is known of a touchpoint beyond who, when and which event: where it came from.
///
/// Many touchpoints share one profile, so journeys store it once and refer to it.
package struct TouchpointProfile: Hashable, Sendable {
  /// The touchpoint rule that matched.
  package var rule = ""
  package var interaction = Interaction.visit
  package var channel = ""
  package var source: String?
  package var medium: String?
  package var campaign: String?
  package var term: String?
  package var content: String?
  package var landingPage: String?
  package var referrer: String?
  package var device: String?
  package var country: String?
  /// Dimensions of the configuration that the event has, in its order.
  package var mapped: [MappedValue] = []

  package init() {}

  /// What the event has for a dimension that the configuration maps.
  package struct MappedValue: Hashable, Sendable {
    package var name: String
    package var value: String

    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }
}

/// What a path or a report can be broken down by.
package enum Dimension: Hashable, Sendable {
  case channel, source, medium, campaign, term, content
  case sourceMedium
  case landingPage
  case referrer, device, country
  case touchpoint
  /// One that the configuration maps from events, by its name.
  case mapped(String)

  /// The value of this dimension; empty where the touchpoint has none.
  package func value(of profile: TouchpointProfile) -> String {
    switch self {
    case .channel: profile.channel
    case .source: profile.source ?? ""
    case .medium: profile.medium ?? ""
    case .campaign: profile.campaign ?? ""
    case .term: profile.term ?? ""
    case .content: profile.content ?? ""
    case .sourceMedium: "\(profile.source ?? "") / \(profile.medium ?? "")"
    case .landingPage: profile.landingPage ?? ""
    case .referrer: profile.referrer ?? ""
    case .device: profile.device ?? ""
    case .country: profile.country ?? ""
    case .touchpoint: profile.rule
    case .mapped(let name): profile.mapped.first { $0.name == name }?.value ?? ""
    }
  }
}

/// By their names in configuration and output.
extension Dimension: RawRepresentable, CaseIterable {
  /// Those that need no configuration.
  package static let allCases: [Dimension] = [
    .channel, .source, .medium, .campaign, .term, .content, .sourceMedium, .landingPage, .referrer,
    .device, .country, .touchpoint,
  ]

  /// One that needs no configuration.
  package init?(rawValue: String) {
    guard let dimension = Dimension.allCases.first(where: { $0.rawValue == rawValue }) else {
      return nil
    }
    self = dimension
  }

  package var rawValue: String {
    switch self {
    case .channel: "channel"
    case .source: "source"
    case .medium: "medium"
    case .campaign: "campaign"
    case .term: "term"
    case .content: "content"
    case .sourceMedium: "source_medium"
    case .landingPage: "landing_page"
    case .referrer: "referrer"
    case .device: "device"
    case .country: "country"
    case .touchpoint: "touchpoint"
    case .mapped(let name): name
    }
  }
}

/// A dimension that the configuration maps, and where events have it.
package struct MappedDimension: Hashable, Sendable {
  package var name: String
  package var field: FieldIndex

  /// How many there may be: each is asked of every touchpoint.
  package static let maximumCount = 16

  package init(name: String, field: FieldIndex) {
    self.name = name
    self.field = field
  }
}
