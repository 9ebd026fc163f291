/// Media that go by several spellings. A rule that names one means them all; what an event said is
/// kept as it was said.
///
/// Rules carry all spellings once compiled, so classification pays nothing for it.
package enum MediumAliases {
  private static let groups = [
    ["email", "e-mail", "e_mail", "e mail"],
    ["social", "social-network", "social-media", "social_network", "social_media", "sm"]
      + ["social network", "social media"],
    ["affiliate", "affiliates"],
    ["sms", "text-message", "text_message", "text message"],
    ["push", "push-notification", "push_notification", "push notification"],
    ["paid-search", "paid_search", "paid search", "paidsearch"],
    ["paid-social", "paid_social", "paid social", "paidsocial"],
    ["ai-assistant", "ai_assistant", "ai assistant"],
  ]

  /// Every spelling of this medium, itself first.
  package static func spellings(of medium: String) -> [String] {
    let text = NormalizedText(medium).string
    guard let group = groups.first(where: { $0.contains(text) }) else { return [medium] }
    return [medium] + group.filter { $0 != text }
  }

  /// The test with every spelling of the media that it compares with.
  static func expanding(_ test: ValueTest) -> ValueTest {
    guard case .equals(let operands) = test else { return test }
    var expanded: [ValueTest.Operand] = []
    for operand in operands {
      guard case .text(let medium) = operand else {
        expanded.append(operand)
        continue
      }
      for spelling in spellings(of: medium) where !expanded.contains(.text(spelling)) {
        expanded.append(.text(spelling))
      }
    }
    return .equals(expanded)
  }
}
