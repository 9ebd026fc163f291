internal import Attribution

/// Reads `conversions`.
struct ConversionsReader {
  let retention: TimeSpan?
  /// All of them, in the order of the file.
  let conversions: [ConversionOutline]
  /// Names of the touchpoint rules.
  let touchpoints: [String]

  func rules(in document: inout SectionReader) -> [ConversionRule] {
    let expectation = "at least one conversion, such as {name: purchase, when: {event: …}}"
    guard let value = document.required("conversions", expectation),
      let elements = value.filledList(expectation)
    else { return [] }
    var names = RuleNames(of: "conversion")
    var credits: [ValueReader] = []
    let rules = elements.compactMap { rule($0, &names, &credits) }
    for credit in credits { ConversionsReader.check(credit, names.names) }
    return rules
  }

  private func rule(
    _ value: ValueReader, _ names: inout RuleNames, _ credits: inout [ValueReader]
  ) -> ConversionRule? {
    guard var section = value.section("a rule such as {name: purchase, when: {event: …}}") else {
      return nil
    }
    let context = value.context
    let name = names.read(from: &section)
    let when = ConditionReader.rule(in: &section, for: .conversion)
    let kind = section.value("kind", default: ConversionRule.Kind.macro, shownAs: "macro") {
      $0.choice()
    }
    let amount = section.optional("value").flatMap { ConversionsReader.value($0) }
    let currency = section.optional("currency").flatMap { ConversionsReader.currency($0) }
    let key = section.optional("deduplicate_by")?.pointer()
    let within = section.optional("deduplicate_within")?
      .duration(atLeast: TimeSpan(milliseconds: 1))
    if let preferred = section.optional("prefer") { ConversionsReader.prefer(preferred, section) }
    if let credited = section.optional("credits") { credits.append(credited) }
    let path = PathReader(retention: retention).rules(in: &section)
    let windows = PathReader(retention: retention, base: path).windows(in: &section)
    let models = ModelsReader(
      conversion: name, conversions: conversions, touchpoints: touchpoints
    ).models(in: &section)
    section.finish()
    guard let name, let when else { return nil }
    return ConversionRule(
      name: name, kind: kind, when: when, value: amount ?? .none, currency: currency ?? .none,
      deduplicateBy: key.map { context.fields.index(ofPointer: $0) }, deduplicateWithin: within,
      path: path, windows: windows, models: models)
  }

  /// A JSON pointer, or an exact decimal that every conversion is worth.
  private static func value(_ value: ValueReader) -> ConversionRule.Value? {
    if let text = value.scalar, !text.hasPrefix("/") {
      guard let amount = Amount(decimal: text.utf8), amount.units >= 0 else {
        value.expected("a JSON pointer such as /properties/revenue, or a number such as 12.50")
        return nil
      }
      return .fixed(amount)
    }
    return value.pointer().map { .field(value.context.fields.index(ofPointer: $0)) }
  }

  /// A JSON pointer, or the code of a currency.
  private static func currency(_ value: ValueReader) -> ConversionRule.CurrencySource? {
    if let text = value.scalar, !text.hasPrefix("/") {
      let isCode = text.utf8.count == 3 && text.utf8.allSatisfy { (0x41...0x5a).contains($0) }
      guard isCode else {
        value.expected("a JSON pointer such as /properties/currency, or a code such as EUR")
        return nil
      }
      return .fixed(text)
    }
    return value.pointer().map { .field(value.context.fields.index(ofPointer: $0)) }
  }

  private static func prefer(_ value: ValueReader, _ section: SectionReader) {
    let sources = value.filledList("sources, the best first")?.compactMap { $0.text("a source") }
    if let sources, Set(sources).count < sources.count {
      value.fail("names a source twice")
    }
    if !section.entries.contains(where: { $0.key == "deduplicate_by" }) {
      value.fail("needs `deduplicate_by`: without a key no two reports are one conversion")
    }
    PlannedReader.warn("prefer", value.context)
  }

  /// `credits` names a conversion, or the first of its kind: `lead`, `first_purchase`.
  private static func check(_ value: ValueReader, _ names: [String]) {
    guard let text = value.text("the name of a conversion") else { return }
    if names.contains(text) || names.contains(where: { text == "first_\($0)" }) {
      PlannedReader.warn("credits", value.context)
    } else {
      let meant = Suggestion.phrase(for: text, among: names)
      value.fail("no conversion is called \(ValueReader.quoted(text))\(meant)")
    }
  }
}
