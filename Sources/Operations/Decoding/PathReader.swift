internal import Attribution

/// Reads `lookback`, `views` and `path` of a conversion.
enum PathReader {
  static func rules(
    in conversion: inout SectionReader, retention: TimeSpan?
  ) -> PathRules {
    var rules = PathRules()
    rules.lookback = lookback(in: &conversion, retention)
    var path = conversion.section("path")
    rules.transforms = transforms(in: &path)
    rules.dimension = path.value(
      "dimension", default: rules.dimension, shownAs: rules.dimension.rawValue
    ) { $0.choice() }
    rules.includeChannels = names("include_channels", &path)
    rules.excludeChannels = names("exclude_channels", &path)
    rules.includeCampaigns = names("include_campaigns", &path)
    rules.excludeCampaigns = names("exclude_campaigns", &path)
    contradiction(rules.includeChannels, rules.excludeChannels, "channels", path)
    contradiction(rules.includeCampaigns, rules.excludeCampaigns, "campaigns", path)
    rules.views = either(
      "views", &conversion, &path, default: rules.views, shownAs: rules.views.rawValue
    ) { $0.choice() }
    rules.maximumTouchpoints = either(
      "max_touchpoints", &path, &conversion, default: rules.maximumTouchpoints, shownAs: nil
    ) { $0.integer(in: 2...10_000) }
    rules.resetsAfterConversion = either(
      "reset_after_conversion", &path, &conversion, default: rules.resetsAfterConversion,
      shownAs: nil
    ) { $0.bool() }
    path.finish()
    return rules
  }

  /// A key that may stand in `usual`, where its default is shown, or in `other`.
  private static func either<Value>(
    _ key: String, _ usual: inout SectionReader, _ other: inout SectionReader,
    default fallback: Value, shownAs shown: String?, _ read: (ValueReader) -> Value?
  ) -> Value {
    guard let value = other.optional(key) else {
      return usual.value(key, default: fallback, shownAs: shown, read)
    }
    if usual.optional(key) != nil { value.fail("is given twice: in the rule and in its `path`") }
    return read(value) ?? fallback
  }

  private static func lookback(
    in conversion: inout SectionReader, _ retention: TimeSpan?
  ) -> PathRules.Lookback {
    let defaults = PathRules.Lookback()
    guard let value = conversion.optional("lookback") else {
      var section = conversion.section("lookback")
      return lookback(&section, defaults, retention)
    }
    if value.isSection, var section = value.section() {
      let result = lookback(&section, defaults, retention)
      section.finish()
      return result
    }
    guard value.scalar != nil else {
      value.expected("a duration such as 30d, or {click: 30d, visit: 30d, view: 1d}")
      return defaults
    }
    guard let span = span(value, retention) else { return defaults }
    return PathRules.Lookback(click: span, visit: span, view: span)
  }

  private static func lookback(
    _ section: inout SectionReader, _ defaults: PathRules.Lookback, _ retention: TimeSpan?
  ) -> PathRules.Lookback {
    PathRules.Lookback(
      click: section.value("click", default: defaults.click) { span($0, retention) },
      visit: section.value("visit", default: defaults.visit) { span($0, retention) },
      view: section.value("view", default: defaults.view) { span($0, retention) })
  }

  private static func span(_ value: ValueReader, _ retention: TimeSpan?) -> TimeSpan? {
    guard let span = value.duration() else { return nil }
    if let retention, span > retention {
      value.fail("\(span) is longer than limits.retention, \(retention)")
    }
    return span
  }

  private static func names(_ key: String, _ path: inout SectionReader) -> [NormalizedText] {
    guard let value = path.optional(key) else {
      path.fillIn(key, .list([]))
      return []
    }
    return (value.list("a list of names") ?? []).compactMap { $0.text("a name") }
      .map { NormalizedText($0) }
  }

  private static func contradiction(
    _ included: [NormalizedText], _ excluded: [NormalizedText], _ kind: String,
    _ path: SectionReader
  ) {
    for name in included where excluded.contains(name) {
      path.fail("`\(name.string)` is both in include_\(kind) and in exclude_\(kind)")
    }
  }
}

// Transforms.
extension PathReader {
  private static let spellings = [
    "unique", "exposure", "first", "frequency", "remove_trailing(X)", "remove(X)",
  ]

  private static func transforms(in path: inout SectionReader) -> [PathTransform] {
    guard let value = path.optional("transforms") else {
      path.fillIn("transforms", ConfigurationTree.list([.text("exposure")]).value)
      return [.exposure]
    }
    return (value.list("a list of transforms such as [exposure]") ?? []).compactMap(transform)
  }

  /// `exposure`, `remove(Direct)` or `{remove: Direct}`.
  private static func transform(_ value: ValueReader) -> PathTransform? {
    var name = value.scalar ?? ""
    var operand: String?
    if case .section(let entries) = value.tree.value, entries.count == 1 {
      name = entries[0].key
      let reader = ValueReader(
        tree: entries[0].value, path: value.path + [.key(name)], context: value.context)
      guard let text = reader.text("the value to remove") else { return nil }
      operand = text
    } else if name.hasSuffix(")"), let open = name.firstIndex(of: "(") {
      operand = String(name[name.index(after: open)...].dropLast())
      name = String(name[..<open])
    }
    let removed = operand.map { NormalizedText($0) }
    switch (name, removed) {
    case ("unique", nil): return .unique
    case ("exposure", nil): return .exposure
    case ("first", nil): return .first
    case ("frequency", nil): return .frequency
    case ("remove_trailing", .some(let text)) where !text.bytes.isEmpty:
      return .removeTrailing(text)
    case ("remove", .some(let text)) where !text.bytes.isEmpty: return .remove(text)
    default:
      value.expected("one of \(spellings.joined(separator: ", "))")
      return nil
    }
  }
}
