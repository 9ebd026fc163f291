/// The channels of those who write no rules of their own.
package enum DefaultChannels {
  /// The default channel group of Google Analytics 4, in its order: marketers know these names and
  /// compare with these numbers.
  ///
  /// Where its definition says "or", a channel may have several rules in a row. AI Assistants is
  /// wider than there, which knows only the medium `ai-assistant`: an assistant's links count also
  /// as `referral` and without any medium, which is how assistants tag them themselves.
  package static let ga4: [ChannelRule] = rules([
    Definition("Direct", when: .all([source("(direct)"), medium("(none)", "(not set)")])),
    Definition("Cross-network", when: campaign(matches: "(?i)cross-network")),

    Definition("Paid Shopping", from: .shopping, when: isPaid),
    Definition("Paid Shopping", when: .all([isShoppingCampaign, isPaid])),
    Definition("Paid Search", from: .search, when: isPaid),
    Definition("Paid Social", from: .social, when: isPaid),
    Definition("Paid Video", from: .video, when: isPaid),
    // Before Paid Other, or `cpm` would be paid.
    Definition(
      "Display", when: medium("display", "banner", "expandable", "interstitial", "cpm")),
    Definition("Paid Other", when: isPaid),

    Definition("Organic Shopping", from: .shopping),
    Definition("Organic Shopping", when: isShoppingCampaign),
    Definition("Organic Social", from: .social),
    Definition("Organic Social", when: medium("social")),
    Definition("Organic Video", from: .video),
    Definition("Organic Video", when: medium(matches: "(?i)video")),
    Definition("Organic Search", from: .search),
    Definition("Organic Search", when: medium("organic")),

    Definition("AI Assistants", from: .assistant, when: isReferral),
    Definition("Referral", when: isReferral),
    Definition(
      "Email", when: .any([medium("email"), source("email", "e-mail", "e_mail", "e mail")])),
    Definition("Affiliates", when: medium("affiliate")),
    Definition("Audio", when: medium("audio")),
    Definition("SMS", when: .any([medium("sms"), source("sms")])),
    Definition(
      "Mobile Push",
      when: .any([medium(matches: "(?i)push$|mobile|notification"), source("firebase")])),
    Definition("AI Assistants", when: medium("ai-assistant")),
    Definition("AI Assistants", from: .assistant),
  ])

  private struct Definition {
    let channel: String
    let source: SourceCategory?
    let condition: EventCondition

    init(_ channel: String, from source: SourceCategory? = nil, when: EventCondition = .always) {
      self.channel = channel
      self.source = source
      condition = when
    }
  }

  /// Anything paid per click, per mille or per action, and what calls itself paid.
  private static let isPaid = medium(matches: "(?i)cp|^ppc$|^retargeting$|^paid")

  /// `shop` at the start of a word or after an e (`eshop`, but not `workshop`), or `shopping`.
  private static let isShoppingCampaign = campaign(
    matches: "(?i)(?:^|[^a-df-z])shop|shopping")

  private static let isReferral = medium("referral", "app", "link")

  private static func source(_ names: String...) -> EventCondition {
    isOne(of: names, .trafficSource)
  }

  private static func medium(_ names: String...) -> EventCondition {
    isOne(of: names.flatMap(MediumAliases.spellings), .trafficMedium)
  }

  /// Three comparisons take longer than one search for all of them, which may be exact because the
  /// traffic source is trimmed.
  private static func isOne(of names: [String], _ field: EventField) -> EventCondition {
    let isPlain = names.joined().allSatisfy { $0.isLetter || " -_".contains($0) }
    let test: ValueTest =
      names.count > 2 && isPlain
      ? .matches("(?i)^(?:\(names.joined(separator: "|")))$")
      : .equals(names.map { .text($0) })
    return .field(FieldIndex(field), [test])
  }

  private static func medium(matches pattern: String) -> EventCondition {
    .field(FieldIndex(.trafficMedium), [.matches(pattern)])
  }

  private static func campaign(matches pattern: String) -> EventCondition {
    .field(FieldIndex(.campaign), [.matches(pattern)])
  }

  private static func rules(_ definitions: [Definition]) -> [ChannelRule] {
    definitions.map { definition in
      do throws(TextPattern.Invalid) {
        return try ChannelRule(
          channel: definition.channel, source: definition.source, when: definition.condition)
      } catch {
        preconditionFailure("\(definition.channel): \(error.pattern): \(error.message)")
      }
    }
  }
}
