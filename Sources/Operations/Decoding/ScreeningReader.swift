internal import Attribution

/// Reads `screening`: which events are left out because no person caused them.
enum ScreeningReader {
  static func rules(in document: inout SectionReader) -> ScreeningRules {
    var rules = ScreeningRules()
    var section = document.section("screening")
    rules.bots = section.value("bots", default: rules.bots) { $0.bool() }
    rules.prefetches = section.value("prefetches", default: rules.prefetches) { $0.bool() }
    if let value = section.optional("when") {
      rules.when = ConditionReader(purpose: .conversion, context: section.context).rule(value)
    }
    section.finish()
    return rules
  }
}
