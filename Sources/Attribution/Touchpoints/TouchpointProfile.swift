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

  package init() {}
}

/// What a path or a report can be broken down by.
package enum Dimension: String, CaseIterable, Sendable {
  case channel, source, medium, campaign, term, content
  case sourceMedium = "source_medium"
  case landingPage = "landing_page"
  case referrer, device, country
  case touchpoint

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
    }
  }
}
