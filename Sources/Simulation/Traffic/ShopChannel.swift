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
  static let campaigns: [StaticString] = ["spring_sale", "brand", "new_arrivals", "outdoor", "gifts"]
}

/// What people hold in their hands.
package enum ShopDevice: Hashable, CaseIterable, Sendable {
  case iOS, android, desktop

  var userAgent: StaticString {
    switch self {
    case .iOS: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_3) Safari/604.1"
    case .android: "Mozilla/5.0 (Linux; Android 15; Pixel 9) Chrome/133.0 Mobile"
    case .desktop: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/133.0"
    }
  }
}

/// Everything that never changes about one person, derived from their number.
struct ShopPerson {
  let number: Int
  let device: ShopDevice
  let country: StaticString
  let currency: StaticString
  let hasUserID: Bool
  let hasSessionID: Bool
  let anonymousID: (UInt64, UInt64)

  private static let countries: [(country: StaticString, currency: StaticString)] = [
    ("DE", "EUR"), ("DE", "EUR"), ("US", "USD"), ("US", "USD"), ("GB", "GBP"), ("FR", "EUR"),
    ("NL", "EUR"), ("CA", "CAD"),
  ]

  /// People with the same `number` and `salt` are the same.
  init(number: Int, salt: UInt64, shareWithSessionID: Double) {
    self.number = number
    let high = SeededGenerator.mixed(salt ^ UInt64(number) &* 2)
    let low = SeededGenerator.mixed(high &+ UInt64(number))
    let traits = SeededGenerator.mixed(low)
    anonymousID = (high, low)
    device =
      switch traits & 0xff {
      case ..<90: .iOS
      case ..<166: .android
      default: .desktop
      }
    (country, currency) = ShopPerson.countries[Int(traits >> 8 & 7)]
    hasUserID = traits >> 16 & 0xff < 102
    hasSessionID = Double(traits >> 24 & 0xffff) < shareWithSessionID * 65_536
  }
}
