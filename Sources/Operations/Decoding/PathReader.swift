internal import Attribution

/// Reads `lookback`, `views` and `path` of a conversion, and of its windows.
struct PathReader {
  let retention: TimeSpan?
  /// What is in force where nothing is configured.
  var base = PathRules()

  /// The paths beside the conversion's own, each different in what it says itself.
  func windows(in conversion: inout SectionReader) -> [PathWindow] {
    guard let value = conversion.optional("windows") else { return [] }
    var names = RuleNames(of: "window")
    let expectation = "a list of windows such as {name: week, lookback: 7d}"
    return (value.filledList(expectation) ?? []).compactMap { element in
      guard var section = element.section("a window such as {name: week, lookback: 7d}") else {
        return nil
      }
      let name = names.read(from: &section)
      section.notesDefaults = false
      let path = rules(in: &section)
      section.finish()
      return name.map { PathWindow(name: $0, path: path) }
    }
  }

  func rules(in conversion: inout SectionReader) -> PathRules {
    var rules = base
    rules.lookback = lookback(in: &conversion)
    var path = conversion.section("path")
    rules.transforms = transforms(in: &path)
    let dimensions =
      Dimension.allCases + path.context.mappedDimensions.map { Dimension.mapped($0) }
    rules.dimension = path.value(
      "dimension", default: rules.dimension, shownAs: rules.dimension.rawValue
    ) { $0.choice(among: dimensions.map { ($0.rawValue, $0) }) }
    rules.includeChannels = names("include_channels", &path, base.includeChannels)
    rules.excludeChannels = names("exclude_channels", &path, base.excludeChannels)
    rules.includeCampaigns = names("include_campaigns", &path, base.includeCampaigns)
    rules.excludeCampaigns = names("exclude_campaigns", &path, base.excludeCampaigns)
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
  private func either<Value>(
    _ key: String, _ usual: inout SectionReader, _ other: inout SectionReader,
    default fallback: Value, shownAs shown: String?, _ read: (ValueReader) -> Value?
  ) -> Value {
    guard let value = other.optional(key) else {
      return usual.value(key, default: fallback, shownAs: shown, read)
    }
    if usual.optional(key) != nil { value.fail("is given twice: in the rule and in its `path`") }
    return read(value) ?? fallback
  }

  private func lookback(in conversion: inout SectionReader) -> PathRules.Lookback {
    let defaults = base.lookback
    guard let value = conversion.optional("lookback") else {
      var section = conversion.section("lookback")
      return lookback(&section, defaults)
    }
    if value.isSection, var section = value.section() {
      section.notesDefaults = conversion.notesDefaults
      let result = lookback(&section, defaults)
      section.finish()
      return result
    }
    guard value.scalar != nil else {
      value.expected("a duration such as 30d, or {click: 30d, visit: 30d, view: 1d}")
      return defaults
    }
    guard let span = span(value) else { return defaults }
    return PathRules.Lookback(click: span, visit: span, view: span)
  }

  private func lookback(
    _ section: inout SectionReader, _ defaults: PathRules.Lookback
  ) -> PathRules.Lookback {
    PathRules.Lookback(
      click: section.value("click", default: defaults.click) { span($0) },
      visit: section.value("visit", default: defaults.visit) { span($0) },
      view: section.value("view", default: defaults.view) { span($0) })
  }

  /// A span that is not longer than the retention.
  func span(_ value: ValueReader) -> TimeSpan? {
    guard let span = value.duration() else { return nil }
    if let retention, span > retention {
      value.fail("\(span) is longer than limits.retention, \(retention)")
    }
    return span
  }

  private func names(
    _ key: String, _ path: inout SectionReader, _ fallback: [NormalizedText]
  ) -> [NormalizedText] {
    guard let value = path.optional(key) else {
      path.fillIn(key, .list([]))
      return fallback
    }
    return (value.list("a list of names") ?? []).compactMap { $0.text("a name") }
      .map { NormalizedText($0) }
  }

  private func contradiction(
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

  private func transforms(in path: inout SectionReader) -> [PathTransform] {
    guard let value = path.optional("transforms") else {
      path.fillIn("transforms", ConfigurationTree.list([.text("exposure")]).value)
      return base.transforms
    }
    return (value.list("a list of transforms such as [exposure]") ?? [])
      .compactMap(PathReader.transform)
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
