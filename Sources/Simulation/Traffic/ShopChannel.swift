/// Ways in which visits come about.
package enum ShopChannel: Hashable, CaseIterable, Sendable {
  case paidSearch
  /// With the ad platform's click id and no campaign parameters.
  case paidSearchByClickID
  case paidSocial, email, affiliate, display
  case organicSearch, organicSocial, referral, direct

  /// `utm_source` and `utm_medium`; `nil` for visits without campaign parameters.
  var campaignSource: (source: StaticString, medium: StaticString)? {
    switch self {
    case .paidSearch: ("google", "cpc")
    case .paidSocial: ("facebook", "paid_social")
    case .email: ("newsletter", "email")
    case .affiliate: ("partnerize", "affiliate")
    case .display: ("criteo", "display")
    case .paidSearchByClickID, .organicSearch, .organicSocial, .referral, .direct: nil
    }
  }

  /// The page that the visit came from; empty if it came from none.
  var referrer: StaticString {
    switch self {
    case .paidSearch, .paidSearchByClickID, .organicSearch: "https://www.google.com/"
    case .paidSocial, .organicSocial: "https://www.facebook.com/"
    case .affiliate, .referral: "https://gadget-reviews.example/best-of"
    case .email, .display, .direct: ""
    }
  }

  /// Campaigns that run on all channels.
  static let campaigns: [StaticString] = [
    "spring_sale", "brand", "new_arrivals", "outdoor", "gifts",
  ]
}
