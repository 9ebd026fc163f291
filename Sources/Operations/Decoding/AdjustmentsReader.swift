internal import Attribution

/// Reads `adjustments`: what takes from a conversion, sets its value, or cancels it.
enum AdjustmentsReader {
  static func rules(
    in document: inout SectionReader, conversions: [ConversionOutline]
  ) -> [AdjustmentRule] {
    guard let value = document.optional("adjustments") else { return [] }
    return (value.list("a list of adjustments") ?? []).compactMap { rule($0, conversions) }
  }

  private static func rule(
    _ value: ValueReader, _ conversions: [ConversionOutline]
  ) -> AdjustmentRule? {
    let expectation =
      "an adjustment such as {when: {event: Order Refunded}, conversion: purchase, …}"
    guard var section = value.section(expectation) else { return nil }
    let when = ConditionReader.rule(in: &section, for: .conversion)
    let conversion = section.required("conversion", "the conversion that it changes")
      .flatMap { name($0, conversions) }
    let key = field(section.required("key", "where the conversion's key is in the event"))
    let subtract = section.optional("subtract")
    let set = section.optional("set")
    if subtract != nil, let set { set.fail("cannot stand beside `subtract`: make two adjustments") }
    let subtracted = field(subtract)
    let assigned = field(set)
    section.finish()
    guard let when, let conversion, let key else { return nil }
    let change: AdjustmentRule.Change =
      subtracted.map { .subtract($0) } ?? assigned.map { .set($0) } ?? .cancel
    return AdjustmentRule(when: when, conversion: conversion, key: key, change: change)
  }

  private static func name(_ value: ValueReader, _ conversions: [ConversionOutline]) -> String? {
    guard let name = value.text("the name of a conversion") else { return nil }
    guard let outline = conversions.first(where: { $0.name == name }) else {
      let meant = Suggestion.phrase(for: name, among: conversions.map(\.name))
      value.fail("no conversion is called \(ValueReader.quoted(name))\(meant)")
      return nil
    }
    if !outline.hasKey {
      value.fail("\(ValueReader.quoted(name)) has no `deduplicate_by`, so nothing can refer to one")
    }
    return name
  }

  private static func field(_ value: ValueReader?) -> FieldIndex? {
    guard let value, let pointer = value.pointer() else { return nil }
    return value.context.fields.index(ofPointer: pointer)
  }
}
