internal import Attribution

/// Reads `touchpoints` and `channels`.
enum TouchpointsReader {
  /// The rule in force where none are configured: a page or screen view that brings campaign data
  /// or starts a session.
  private static let fallback: ConfigurationTree.Value = .list([
    .section([
      ("name", .text("visit")),
      (
        "when",
        .section([
          ("type", .list([.text("page"), .text("screen")])),
          (
            "any",
            .list([
              .section([("has", .text("campaign"))]),
              .section([("starts_session", .text("true"))]),
            ])
          ),
        ])
      ),
    ])
  ])

  static func rules(in document: inout SectionReader) -> [TouchpointRule] {
    let value: ValueReader
    if let configured = document.optional("touchpoints") {
      value = configured
    } else {
      document.fillIn("touchpoints", fallback)
      value = ValueReader(
        tree: ConfigurationTree(value: fallback, origin: .filledIn),
        path: document.path + [.key("touchpoints")], context: document.context)
    }
    guard let elements = value.filledList("a list of touchpoint rules") else { return [] }
    var names = RuleNames(of: "touchpoint")
    return elements.compactMap { rule($0, &names) }
  }

  private static func rule(_ value: ValueReader, _ names: inout RuleNames) -> TouchpointRule? {
    guard var section = value.section("a rule such as {name: visit, when: {type: page}}") else {
      return nil
    }
    let name = names.read(from: &section)
    let when = ConditionReader.rule(in: &section, for: .touchpoint)
    let interaction = section.value(
      "interaction", default: Interaction.visit, shownAs: Interaction.visit.name
    ) { $0.choice(among: Interaction.allCases.map { ($0.name, $0) }) }
    section.finish()
    guard let name, let when else { return nil }
    return TouchpointRule(name: name, when: when, interaction: interaction)
  }

  /// The configured channel rules, then the default set.
  static func channels(in document: inout SectionReader) -> [ChannelRule] {
    var section = document.section("channels")
    let defaults = section.value("defaults", default: ChannelDefaults.ga4, shownAs: "ga4") {
      $0.choice()
    }
    let elements = section.optional("rules")?.list("a list of channel rules") ?? []
    let rules = elements.compactMap(channel)
    section.finish()
    return switch defaults {
    case .ga4: rules + DefaultChannels.ga4
    case .none: rules
    }
  }

  private enum ChannelDefaults: String, CaseIterable {
    case ga4, none
  }

  private static func channel(_ value: ValueReader) -> ChannelRule? {
    guard var section = value.section("a rule such as {channel: Email, when: {medium: email}}")
    else { return nil }
    let name = section.required("channel", "the channel's name")?.text("a name")
    let when = ConditionReader.rule(in: &section, for: .channel)
    section.finish()
    guard let name, let when else { return nil }
    return ChannelRule(channel: name, when: when)
  }
}
