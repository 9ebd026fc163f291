/// What can be said of a conversion rule before it is read: rules refer to one another, also to those
/// that come after them.
struct ConversionOutline {
  let name: String
  let isMicro: Bool
  let hasKey: Bool

  /// Every rule of the document that has a name, also those that have problems.
  static func all(in document: SectionReader) -> [ConversionOutline] {
    guard
      case .list(let rules)? = document.entries.first(where: { $0.key == "conversions" })?
        .value.value
    else { return [] }
    return rules.compactMap { rule in
      guard case .section(let entries) = rule.value, let name = text("name", entries) else {
        return nil
      }
      return ConversionOutline(
        name: name, isMicro: text("kind", entries) == "micro",
        hasKey: entries.contains { $0.key == "deduplicate_by" })
    }
  }

  private static func text(_ key: String, _ entries: [ConfigurationTree.Entry]) -> String? {
    guard case .scalar(let text, _)? = entries.first(where: { $0.key == key })?.value.value else {
      return nil
    }
    return text
  }
}
