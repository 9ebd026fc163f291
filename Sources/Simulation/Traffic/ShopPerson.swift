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
  init(
    number: Int, salt: UInt64, shareWithSessionID: Double,
    payingIn onlyCurrency: StaticString? = nil
  ) {
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
    let home = ShopPerson.countries[Int(traits >> 8 & 7)]
    country = home.country
    currency = onlyCurrency ?? home.currency
    hasUserID = traits >> 16 & 0xff < 102
    hasSessionID = Double(traits >> 24 & 0xffff) < shareWithSessionID * 65_536
  }
}
