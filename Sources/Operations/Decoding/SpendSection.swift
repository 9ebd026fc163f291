internal import Attribution
internal import Insights
internal import Stages

/// Reads `spend`: which events say what was spent.
enum SpendSection {
  /// `dimensions` are those that reports have.
  static func rules(
    in document: inout SectionReader, dimensions: Set<String>
  ) -> [InsightsPlan.Spend] {
    guard let value = document.optional("spend") else { return [] }
    return (value.list("a list of what says what was spent") ?? []).compactMap {
      rule($0, dimensions)
    }
  }

  private static func rule(
    _ value: ValueReader, _ dimensions: Set<String>
  ) -> InsightsPlan.Spend? {
    let expectation = "a rule such as {dimension: campaign, value: /campaign, cost: /cost, …}"
    guard var section = value.section(expectation) else { return nil }
    let when = ConditionReader.rule(in: &section, for: .conversion)
    let dimension = section.required("dimension", "a dimension of reports").flatMap {
      name($0, dimensions)
    }
    let spentOn = field(section.required("value", "where the dimension's value is in the event"))
    let cost = field(section.required("cost", "where the cost is in the event"))
    let currency = section.optional("currency").flatMap { ConversionsReader.currency($0) }
    let clicks = field(section.optional("clicks"))
    let key = section.required("key", "where the event says what it is about").map { value in
      (value.isList ? value.filledList("pointers") ?? [] : [value]).compactMap { field($0) }
    }
    section.finish()
    guard let when, let dimension, let spentOn, let cost, let key, !key.isEmpty else { return nil }
    return InsightsPlan.Spend(
      when: when, dimension: dimension, value: spentOn, cost: cost, currency: currency ?? .none,
      clicks: clicks, key: key)
  }

  private static func name(_ value: ValueReader, _ known: Set<String>) -> String? {
    guard let name = value.text("a dimension of reports") else { return nil }
    guard known.contains(name) else {
      let meant = Suggestion.phrase(for: name, among: known.sorted())
      value.fail(
        "\(ValueReader.quoted(name)) is none of `reports.dimensions`\(meant), so no report would"
          + " show the cost")
      return nil
    }
    return name
  }

  private static func field(_ value: ValueReader?) -> FieldIndex? {
    guard let value, let pointer = value.pointer() else { return nil }
    return value.context.fields.index(ofPointer: pointer)
  }
}
