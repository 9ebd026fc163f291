internal import Attribution

/// Reads what stands under `when` and compiles it.
struct ConditionReader {
  /// Which rule the condition belongs to: it decides what fields mean.
  enum Purpose {
    case touchpoint, conversion
    /// `source` and `medium` are the traffic source, which knows click ids and referrers too.
    case channel
    /// A step of a funnel, or what drops an attempt.
    case funnel
  }

  let purpose: Purpose
  let context: DecodingContext

  private static let operators = ["has", "starts_session", "all", "any", "not"]
  private static let campaignFields: [EventField] = [
    .source, .medium, .campaign, .term, .content, .clickIDName,
  ]

  /// The names that conditions can ask for, in order.
  private static let fieldNames = EventField.allCases.compactMap(\.name)

  /// The rule under `when` in `section`; a missing one is a problem.
  static func rule(
    in section: inout SectionReader, for purpose: Purpose
  ) -> EventRule? {
    let expectation = "the events it is for, such as {event: Order Completed}"
    guard let value = section.required("when", expectation) else { return nil }
    return ConditionReader(purpose: purpose, context: section.context).rule(value)
  }

  func rule(_ value: ValueReader) -> EventRule? {
    let problems = context.problems.count
    guard let condition = condition(value), context.problems.count == problems else { return nil }
    do {
      return try EventRule(condition)
    } catch {
      value.fail("\(ValueReader.quoted(error.pattern)) is no regular expression: \(error.message)")
      return nil
    }
  }

  /// A mapping of conditions that must all hold; `{}` always holds.
  func condition(_ value: ValueReader) -> EventCondition? {
    guard case .section(let entries) = value.tree.value else {
      value.expected("conditions such as {event: Order Completed}, or {} for every event")
      return nil
    }
    var parts: [EventCondition] = []
    for entry in entries {
      let reader = ValueReader(
        tree: entry.value, path: value.path + [.key(entry.key)], context: context)
      if let part = part(entry, reader, in: value) { parts.append(part) }
    }
    switch parts.count {
    case 0: return .always
    case 1: return parts[0]
    default: return .all(parts)
    }
  }

  private func part(
    _ entry: ConfigurationTree.Entry, _ value: ValueReader, in parent: ValueReader
  ) -> EventCondition? {
    switch entry.key {
    case "has": return presence(value)
    case "starts_session":
      if purpose == .touchpoint {
        return value.bool().map(EventCondition.startsSession)
      }
      value.fail("only a touchpoint can ask whether its event starts a session")
      return nil
    case "all": return group(value).map(EventCondition.all)
    case "any": return group(value).map(EventCondition.any)
    case "not":
      let inner = condition(value)
      if case .always? = inner, value.isSection {
        value.fail("no event can match: {} matches every event")
        return nil
      }
      return inner.map(EventCondition.not)
    default:
      guard let field = field(entry, value, in: parent) else { return nil }
      return tests(value).map { tests in
        let condition = EventCondition.field(field, tests)
        return purpose == .channel ? condition.aboutTrafficSource : condition
      }
    }
  }

  private func group(_ value: ValueReader) -> [EventCondition]? {
    value.filledList("a list of conditions")?.compactMap(condition)
  }

  private func field(
    _ entry: ConfigurationTree.Entry, _ value: ValueReader, in parent: ValueReader
  ) -> FieldIndex? {
    if let field = index(of: entry.key) { return field }
    if entry.key == "channel", purpose == .channel {
      value.fail("a channel rule cannot ask for the channel that it finds")
    } else if entry.key.hasPrefix("/") {
      value.fail("is no JSON pointer: `~` stands only before 0 or 1")
    } else {
      let section = SectionReader(
        entries: [], origin: parent.tree.origin, path: parent.path, context: context)
      section.fail(
        unknown: entry, candidates: ConditionReader.fieldNames + ConditionReader.operators,
        "field")
    }
    return nil
  }

  /// The field that a name or a JSON pointer means here.
  private func index(of name: String) -> FieldIndex? {
    if name.hasPrefix("/") {
      guard ValueReader.isPointer(name) else { return nil }
      return context.fields.index(ofPointer: name)
    }
    let field = EventField.named[name]
    return purpose == .channel && field == .channel ? nil : field.map { FieldIndex($0) }
  }

  /// `has: FIELD`: the event brought it; `has: campaign`: any campaign data at all.
  private func presence(_ value: ValueReader) -> EventCondition? {
    guard let name = value.text("the name of a field or a JSON pointer") else { return nil }
    if name == "campaign" {
      let fields = ConditionReader.campaignFields
      return .any(fields.map { .field(FieldIndex($0), [.exists(true)]) })
    }
    guard let field = index(of: name) else {
      let meant = Suggestion.phrase(for: name, among: ConditionReader.fieldNames)
      value.fail("no field is called \(ValueReader.quoted(name))\(meant)")
      return nil
    }
    return .field(field, [.exists(true)])
  }
}

// What a field is compared with.
extension ConditionReader {
  private func tests(_ value: ValueReader) -> [ValueTest]? {
    if value.isList {
      guard let elements = value.filledList("values") else { return nil }
      let operands = elements.compactMap(operand)
      return operands.count == elements.count ? [.equals(operands)] : nil
    }
    if value.isSection { return comparisons(value) }
    return operand(value).map { [.equals([$0])] }
  }

  private func operand(_ value: ValueReader) -> ValueTest.Operand? {
    guard case .scalar(let text, let isPlain) = value.tree.value else {
      value.expected("a value: text, a number, true or false")
      return nil
    }
    guard isPlain else { return .text(text) }
    switch PlainScalar(text) {
    case .text: return .text(text)
    case .number(let number): return .number(number)
    case .bool(let bool): return .bool(bool)
    case .null:
      value.fail("expected a value, found nothing; {exists: false} asks for a missing field")
      return nil
    }
  }

  /// `{matches: REGEX, glob: …, above: N, below: N, exists: true}`: all must hold.
  private func comparisons(_ value: ValueReader) -> [ValueTest]? {
    guard var section = value.section() else { return nil }
    var tests: [ValueTest] = []
    if let pattern = section.optional("matches") { expression(pattern).map { tests.append($0) } }
    if let glob = section.optional("glob") {
      glob.text("a pattern such as *.example.com").map { tests.append(.glob($0)) }
    }
    let above = section.optional("above")?.number()
    let below = section.optional("below")?.number()
    if let above { tests.append(.above(above)) }
    if let below { tests.append(.below(below)) }
    if let exists = section.optional("exists")?.bool() {
      tests.append(.exists(exists))
      if !exists, tests.count > 1 { section.fail("a field that is missing passes no other test") }
    }
    section.finish()
    if section.entries.isEmpty {
      value.fail("expected one of matches, glob, above, below, exists, found an empty section")
    }
    if let above, let below, above >= below {
      section.fail("no number is above \(above) and below \(below)")
    }
    return tests
  }

  /// Regular expressions see text as the other comparisons do, without regard to case, unless they
  /// say `(?-i)`.
  private func expression(_ value: ValueReader) -> ValueTest? {
    guard let pattern = value.text("a regular expression") else { return nil }
    do {
      _ = try TextPattern(pattern)
      return .matches("(?i)" + pattern)
    } catch {
      value.fail("\(ValueReader.quoted(pattern)) is no regular expression: \(error.message)")
      return nil
    }
  }
}
