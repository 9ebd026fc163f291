/// A condition compiled for evaluation: a flat program that allocates nothing per event.
///
/// Nodes lie in pre-order: a group is followed by its children, and every node knows where the
/// next node after its whole subtree begins.
package struct EventRule: Sendable {
  private enum Operation: UInt8 {
    case always, all, any, not, field, startsSession
  }

  /// Trivial on purpose: evaluation retains nothing.
  private struct Node {
    var operation: Operation
    /// Expected value of `startsSession`.
    var flag = false
    var field = FieldIndex(.type)
    /// Index of the first node after this subtree.
    var end = 0
    var tests = 0..<0
  }

  private enum Test {
    case text(NormalizedText)
    case number(Double, NormalizedText)
    case bool(Bool, NormalizedText)
    case anyOf([Test])
    case pattern(TextPattern)
    case above(Double)
    case below(Double)
    case exists(Bool)
  }

  private var nodes: [Node] = []
  private var tests: [Test] = []

  /// Whether the outcome can depend on the event being the first of its session.
  package private(set) var dependsOnSession = false
  private var fields: Set<FieldIndex> = []

  package init(_ condition: EventCondition) throws(TextPattern.Invalid) {
    try append(condition)
  }

  /// Whether some test reads `field`.
  package func reads(_ field: EventField) -> Bool { fields.contains(FieldIndex(field)) }

  private mutating func append(_ condition: EventCondition) throws(TextPattern.Invalid) {
    let index = nodes.count
    switch condition {
    case .always:
      nodes.append(Node(operation: .always))
    case .all(let children), .any(let children):
      let operation: Operation = if case .all = condition { .all } else { .any }
      nodes.append(Node(operation: operation))
      for child in children { try append(child) }
    case .not(let child):
      nodes.append(Node(operation: .not))
      try append(child)
    case .field(let field, let values):
      let start = tests.count
      for value in values { tests.append(try EventRule.compile(value)) }
      nodes.append(Node(operation: .field, field: field, tests: start..<tests.count))
      fields.insert(field)
    case .startsSession(let expected):
      nodes.append(Node(operation: .startsSession, flag: expected))
      dependsOnSession = true
    }
    nodes[index].end = nodes.count
  }

  private static func compile(_ test: ValueTest) throws(TextPattern.Invalid) -> Test {
    switch test {
    case .equals(let operands):
      let compiled = operands.map { operand -> Test in
        switch operand {
        case .text(let text): .text(NormalizedText(text))
        case .number(let number): .number(number, NormalizedText(spelling(of: number)))
        case .bool(let value): .bool(value, NormalizedText(value ? "true" : "false"))
        }
      }
      return compiled.count == 1 ? compiled[0] : .anyOf(compiled)
    case .matches(let pattern): return .pattern(try TextPattern(pattern))
    case .glob(let glob): return .pattern(try TextPattern(expression(ofGlob: glob)))
    case .above(let bound): return .above(bound)
    case .below(let bound): return .below(bound)
    case .exists(let expected): return .exists(expected)
    }
  }

  private static func spelling(of number: Double) -> String {
    Amount(exactly: number)?.description ?? "\(number)"
  }

  /// `*` and `?` as a regular expression over the whole trimmed text, without regard to case.
  private static func expression(ofGlob glob: String) -> String {
    var expression = "(?is)^\\s*"
    for character in glob {
      switch character {
      case "*": expression += ".*"
      case "?": expression += "."
      case let other where other.isLetter || other.isNumber: expression.append(other)
      // RE2 takes an escaped ASCII punctuation mark as itself; other text needs no escape.
      case let other where other.isASCII: expression += "\\\(other)"
      case let other: expression.append(other)
      }
    }
    return expression + "\\s*$"
  }
}

extension EventRule {
  /// Whether the rule holds for `event`, given that it does or does not start a session.
  ///
  /// Cost: tens of nanoseconds for a few comparisons; one RE2 search per `matches`.
  package func matches(_ event: borrowing TrackingEvent, startsSession: Bool = false) -> Bool {
    holds(0, event, startsSession)
  }

  private func holds(_ index: Int, _ event: borrowing TrackingEvent, _ starts: Bool) -> Bool {
    let node = nodes[index]
    switch node.operation {
    case .always: return true
    case .startsSession: return starts == node.flag
    case .not: return !holds(index + 1, event, starts)
    case .field:
      return node.tests.allSatisfy { EventRule.passes(tests[$0], node.field, event) }
    case .all, .any:
      let isAll = node.operation == .all
      var child = index + 1
      while child < node.end {
        if holds(child, event, starts) != isAll { return !isAll }
        child = nodes[child].end
      }
      return isAll
    }
  }

  private static func passes(
    _ test: Test, _ field: FieldIndex, _ event: borrowing TrackingEvent
  ) -> Bool {
    switch test {
    case .text(let text):
      return event.withText(field) { bytes in
        bytes.map { text.matches(trimmed: NormalizedText.trimmed($0)) } ?? false
      }
    case .number(let number, let text):
      if let value = event.number(field) { return value == number }
      return passes(.text(text), field, event)
    case .bool(let expected, let text):
      if let value = event.bool(field) { return value == expected }
      return passes(.text(text), field, event)
    case .anyOf(let tests):
      return tests.contains { passes($0, field, event) }
    case .pattern(let pattern):
      return event.withText(field) { bytes in bytes.map(pattern.isFound) ?? false }
    case .above(let bound): return event.number(field).map { $0 > bound } ?? false
    case .below(let bound): return event.number(field).map { $0 < bound } ?? false
    case .exists(let expected): return event.has(field) == expected
    }
  }
}
