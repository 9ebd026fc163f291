internal import Attribution

/// Reads `conversions`.
struct ConversionsReader {
  let retention: TimeSpan?
  /// All of them, in the order of the file.
  let conversions: [ConversionOutline]
  /// Names of the touchpoint rules.
  let touchpoints: [String]
  /// Names of the inputs' sources.
  let sources: [String]

  func rules(in document: inout SectionReader) -> [ConversionRule] {
    let expectation = "at least one conversion, such as {name: purchase, when: {event: …}}"
    guard let value = document.required("conversions", expectation),
      let elements = value.filledList(expectation)
    else { return [] }
    var names = RuleNames(of: "conversion")
    return elements.compactMap { rule($0, &names) }
  }

  private func rule(
    _ value: ValueReader, _ names: inout RuleNames
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
    let reportedBy = section.optional("reported_by")?.pointer()
    let prefer = section.optional("prefer").map { self.prefer($0, section, reportedBy != nil) }
    let credits = section.optional("credits").flatMap { self.credits($0, by: name) }
    let path = PathReader(retention: retention).rules(in: &section)
    let windows = PathReader(retention: retention, base: path).windows(in: &section)
    let models = ModelsReader(
      conversion: name, conversions: conversions, touchpoints: touchpoints
    ).models(in: &section)
    section.finish()
    guard let name, let when else { return nil }
    var rule = ConversionRule(
      name: name, kind: kind, when: when, value: amount ?? .none, currency: currency ?? .none,
      deduplicateBy: key.map { context.fields.index(ofPointer: $0) }, deduplicateWithin: within,
      path: path, windows: windows, models: models)
    rule.prefer = prefer ?? []
    rule.reportedBy = reportedBy.map { context.fields.index(ofPointer: $0) }
    rule.credits = credits
    return rule
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
  static func currency(_ value: ValueReader) -> ConversionRule.CurrencySource? {
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

  /// Sources, the best first. Without a field that names the source, they are those of the inputs.
  private func prefer(
    _ value: ValueReader, _ section: SectionReader, _ isReportedInEvent: Bool
  ) -> [String] {
    let elements = value.filledList("sources, the best first") ?? []
    let preferred = elements.compactMap { $0.text("a source") }
    if Set(preferred).count < preferred.count { value.fail("names a source twice") }
    if !section.entries.contains(where: { $0.key == "deduplicate_by" }) {
      value.fail("needs `deduplicate_by`: without a key no two reports are one conversion")
      return preferred
    }
    for element in elements where !isReportedInEvent {
      guard let name = element.scalar, !sources.contains(name) else { continue }
      let meant = Suggestion.phrase(for: name, among: sources)
      element.fail(
        "no input has the source \(ValueReader.quoted(name))\(meant); `source` of an input names it,"
          + " or `reported_by` says where events do")
    }
    return preferred
  }

  /// `credits` names a conversion, or the first of its kind: `lead`, `first_purchase`.
  private func credits(_ value: ValueReader, by conversion: String?) -> CreditedConversion? {
    var target = value
    var within: ValueReader?
    if value.isSection {
      guard var section = value.section() else { return nil }
      guard let name = section.required("conversion", "the conversion whose path is credited")
      else { return nil }
      target = name
      within = section.optional("within")
      section.finish()
    }
    guard let text = target.text("the name of a conversion") else { return nil }
    let names = conversions.map(\.name)
    let first = names.first { text == "first_\($0)" }
    guard names.contains(text) || first != nil else {
      let meant = Suggestion.phrase(for: text, among: names)
      target.fail("no conversion is called \(ValueReader.quoted(text))\(meant)")
      return nil
    }
    if text == conversion {
      target.fail("credits itself; `first_\(text)` credits the first of its kind")
      return nil
    }
    let isFirst = !names.contains(text)
    let usual = min(isFirst ? .days(365) : .days(90), retention ?? .days(365))
    let span = within.map { PathReader(retention: retention).span($0) } ?? usual
    return span.map {
      CreditedConversion(rule: isFirst ? first ?? text : text, isFirst: isFirst, within: $0)
    }
  }
}
