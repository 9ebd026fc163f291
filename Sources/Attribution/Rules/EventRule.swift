/// A condition compiled for evaluation: a flat program that allocates nothing per event.
///
/// Nodes lie in pre-order: a group is followed by its children, and every node knows where the
/// next node after its whole subtree begins.
package struct EventRule: Sendable {
  private enum Operation: UInt8 {
    case always, all, any, not, field, startsSession
  }

  /// Trivial on purpose, as is `Test`: evaluation retains nothing.
  private struct Node {
    var operation: Operation
    /// Expected value of `startsSession`.
    var flag = false
    var field = FieldIndex(.type)
    /// Index of the first node after this subtree.
    var end = 0
    var tests = 0..<0
  }

  private struct Test {
    enum Kind: UInt8 {
      case text, number, bool, pattern, above, below, exists
      /// One of the tests that follow, up to `end`, has to pass.
      case anyOf
    }

    var kind: Kind
    /// Expected value of `bool` and `exists`.
    var flag = false
    /// Operand of `number`, `above` and `below`.
    var number = 0.0
    /// Normalised operand of `text`, or the text that spells the one of `number` or `bool`: a range
    /// of `operands`.
    var operand = 0..<0
    /// Index of the pattern.
    var pattern = 0
    /// Index of the first test after this one and what belongs to it.
    var end = 0
  }

  private var nodes: [Node] = []
  private var tests: [Test] = []
  private var operands: [UInt8] = []
  private var patterns: [TextPattern] = []

  /// Whether the outcome can depend on the event being the first of its session.
  package private(set) var dependsOnSession = false
  /// Fields that some test reads.
  package private(set) var fields: Set<FieldIndex> = []

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
      for value in values { try append(value) }
      nodes.append(Node(operation: .field, field: field, tests: start..<tests.count))
      fields.insert(field)
    case .startsSession(let expected):
      nodes.append(Node(operation: .startsSession, flag: expected))
      dependsOnSession = true
    }
    nodes[index].end = nodes.count
  }

  private mutating func append(_ test: ValueTest) throws(TextPattern.Invalid) {
    let index = tests.count
    switch test {
    case .equals(let values) where values.count == 1: append(values[0])
    case .equals(let values):
      tests.append(Test(kind: .anyOf))
      for value in values { append(value) }
    case .matches(let pattern): try append(pattern: pattern)
    case .glob(let glob): try append(pattern: EventRule.expression(ofGlob: glob))
    case .above(let bound): tests.append(Test(kind: .above, number: bound))
    case .below(let bound): tests.append(Test(kind: .below, number: bound))
    case .exists(let expected): tests.append(Test(kind: .exists, flag: expected))
    }
    tests[index].end = tests.count
  }

  private mutating func append(_ value: ValueTest.Operand) {
    let start = operands.count
    var test: Test
    switch value {
    case .text(let text):
      test = Test(kind: .text)
      operands += NormalizedText(text).bytes
    case .number(let number):
      test = Test(kind: .number, number: number)
      operands += NormalizedText(EventRule.spelling(of: number)).bytes
    case .bool(let value):
      test = Test(kind: .bool, flag: value)
      operands += NormalizedText(value ? "true" : "false").bytes
    }
    test.operand = start..<operands.count
    test.end = tests.count + 1
    tests.append(test)
  }

  private mutating func append(pattern: String) throws(TextPattern.Invalid) {
    patterns.append(try TextPattern(pattern))
    tests.append(Test(kind: .pattern, pattern: patterns.count - 1))
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
  /// Cost: a few nanoseconds per comparison; one RE2 search per `matches`.
  package func matches(_ event: borrowing TrackingEvent, startsSession: Bool = false) -> Bool {
    holds(0, event, startsSession)
  }

  private func holds(_ index: Int, _ event: borrowing TrackingEvent, _ starts: Bool) -> Bool {
    let node = nodes[index]
    switch node.operation {
    case .always: return true
    case .startsSession: return starts == node.flag
    case .not: return !holds(index + 1, event, starts)
    case .field: return passes(node.tests, node.field, event)
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

  /// Whether the field passes every test of `range`.
  private func passes(
    _ range: Range<Int>, _ field: FieldIndex, _ event: borrowing TrackingEvent
  ) -> Bool {
    event.withText(field) { text in
      var subject = Subject(text)
      var index = range.lowerBound
      while index < range.upperBound {
        let test = tests[index]
        guard passes(index, field, event, &subject) else { return false }
        index = test.end
      }
      return true
    }
  }

  private func passes(
    _ index: Int, _ field: FieldIndex, _ event: borrowing TrackingEvent, _ subject: inout Subject
  ) -> Bool {
    let test = tests[index]
    switch test.kind {
    case .text: return isEqual(test.operand, &subject)
    case .number:
      if let value = event.number(field) { return value == test.number }
      return isEqual(test.operand, &subject)
    case .bool:
      if let value = event.bool(field) { return value == test.flag }
      return isEqual(test.operand, &subject)
    case .pattern: return subject.text.map(patterns[test.pattern].isFound) ?? false
    case .above: return event.number(field).map { $0 > test.number } ?? false
    case .below: return event.number(field).map { $0 < test.number } ?? false
    case .exists: return event.has(field) == test.flag
    case .anyOf:
      for member in index + 1..<test.end where passes(member, field, event, &subject) {
        return true
      }
      return false
    }
  }

  private func isEqual(_ operand: Range<Int>, _ subject: inout Subject) -> Bool {
    guard let text = subject.trimmed else { return false }
    if text.count == operand.count, hasOperand(operand, in: text) { return true }
    // Lower case beyond ASCII may change the length, and is rare: only there a String is made.
    guard subject.isBeyondASCII else { return false }
    let normalized = NormalizedText(String(decoding: text, as: UTF8.self))
    return normalized.bytes.elementsEqual(operands[operand])
  }

  /// Whether the operand is `text` apart from case; they have the same length.
  private func hasOperand(_ operand: Range<Int>, in text: UnsafeRawBufferPointer) -> Bool {
    for index in 0..<operand.count
    where operands[operand.lowerBound + index] != NormalizedText.lowercased(text[index]) {
      return false
    }
    return true
  }

  /// A field's text, looked at by one test after the other; what they share is found out once.
  private struct Subject {
    /// `nil` if the field is no text.
    let text: UnsafeRawBufferPointer?
    let trimmed: UnsafeRawBufferPointer?
    private var isBeyondASCIIIfKnown: Bool?

    init(_ text: UnsafeRawBufferPointer?) {
      self.text = text
      trimmed = text.map(NormalizedText.trimmed)
    }

    var isBeyondASCII: Bool {
      mutating get {
        if let known = isBeyondASCIIIfKnown { return known }
        let isBeyond = trimmed?.contains { $0 >= 0x80 } ?? false
        isBeyondASCIIIfKnown = isBeyond
        return isBeyond
      }
    }
  }
}
