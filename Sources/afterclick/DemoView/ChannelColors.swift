/// A colour for each channel: the same wherever its name stands.
enum ChannelColors {
  private static let known: [String: UInt8] = [
    "Paid Search": 39, "Paid Social": 170, "Paid Other": 99, "Email": 220, "Affiliates": 141,
    "Display": 208, "Organic Search": 78, "Organic Social": 43, "Referral": 180, "Direct": 252,
  ]
  /// For channels of other rules.
  private static let others: [UInt8] = [75, 113, 174, 179, 110, 150]

  static func style(_ channel: String) -> StyledText.Style {
    if channel == CreditLedger.nobody { return .dim }
    if let color = known[channel] { return .color(color) }
    let sum = channel.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xffff }
    return .color(others[sum % others.count])
  }
}
