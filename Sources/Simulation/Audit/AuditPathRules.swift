package import Attribution

/// How the path of one conversion is found.
package struct AuditPathRules: Sendable {
  /// Whether impressions are on the path.
  package enum Views: Sendable {
    case never, whenNoClick, always
  }

  /// One step that tidies a path; the design's table says what each does.
  package enum Transform: Sendable {
    case unique, exposure, first, frequency
    case removeTrailing(String)
    case remove(String)
  }

  /// How far before the conversion a touchpoint may be; both ends inclusive.
  package var lookback: [Interaction: TimeSpan] = [
    .click: .days(30), .visit: .days(30), .view: .days(1),
  ]
  package var views = Views.whenNoClick
  package var includeChannels: [String] = []
  package var excludeChannels: [String] = []
  package var includeCampaigns: [String] = []
  package var excludeCampaigns: [String] = []
  package var transforms: [Transform] = [.exposure]
  /// What transforms compare.
  package var dimension: @Sendable (ReferenceTouchpoint) -> String = { $0.channel }
  package var maximumTouchpoints = 200
  package var resetsAfterConversion = false

  package init() {}
}
