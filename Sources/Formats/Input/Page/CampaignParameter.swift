internal import Attribution

/// What a URL parameter says about where a visit came from.
enum CampaignParameter {
  /// Google's names, which everybody uses.
  case utm(EventField)
  /// Matomo's names for the same; the UTM names win over them.
  case matomo(EventField)
  case clickID
}
