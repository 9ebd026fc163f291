/// How the path of one conversion is cut out of a journey.
package struct PathRules: Sendable {
  /// How far before the conversion a touchpoint may be, by interaction; both ends inclusive.
  package struct Lookback: Hashable, Sendable {
    package var click: TimeSpan
    package var visit: TimeSpan
    package var view: TimeSpan

    package init(
      click: TimeSpan = .days(30), visit: TimeSpan = .days(30), view: TimeSpan = .days(1)
    ) {
      self.click = click
      self.visit = visit
      self.view = view
    }

    package subscript(interaction: Interaction) -> TimeSpan {
      switch interaction {
      case .click: click
      case .visit: visit
      case .view: view
      }
    }

    package var longest: TimeSpan { max(click, max(visit, view)) }
  }

  /// Whether impressions are on the path.
  package enum Views: String, CaseIterable, Sendable {
    case never, always
    /// A click anywhere on the path removes all views.
    case whenNoClick = "when_no_click"
  }

  package var lookback: Lookback
  package var views: Views
  /// Channels and campaigns, normalised, that never are (or alone are) on the path.
  package var includeChannels: [NormalizedText]
  package var excludeChannels: [NormalizedText]
  package var includeCampaigns: [NormalizedText]
  package var excludeCampaigns: [NormalizedText]
  package var transforms: [PathTransform]
  /// What transforms compare.
  package var dimension: Dimension
  /// Touchpoints a path may have: beyond it the first and the most recent are kept.
  package var maximumTouchpoints: Int
  /// The next conversion's path starts after the previous conversion of the same rule.
  package var resetsAfterConversion: Bool

  /// The default of `max_touchpoints`.
  package static let defaultMaximumTouchpoints = 200

  package init(
    lookback: Lookback = Lookback(), views: Views = .whenNoClick,
    includeChannels: [NormalizedText] = [], excludeChannels: [NormalizedText] = [],
    includeCampaigns: [NormalizedText] = [], excludeCampaigns: [NormalizedText] = [],
    transforms: [PathTransform] = [.exposure], dimension: Dimension = .channel,
    maximumTouchpoints: Int = PathRules.defaultMaximumTouchpoints,
    resetsAfterConversion: Bool = false
  ) {
    self.lookback = lookback
    self.views = views
    self.includeChannels = includeChannels
    self.excludeChannels = excludeChannels
    self.includeCampaigns = includeCampaigns
    self.excludeCampaigns = excludeCampaigns
    self.transforms = transforms
    self.dimension = dimension
    self.maximumTouchpoints = maximumTouchpoints
    self.resetsAfterConversion = resetsAfterConversion
  }
}

/// One more path for the conversions of a rule: with another lookback, by another dimension, ….
package struct PathWindow: Sendable {
  /// What the output calls it.
  package var name: String
  package var path: PathRules

  package init(name: String, path: PathRules) {
    self.name = name
    self.path = path
  }
}
