/// The parts of a compiled condition, and how they are evaluated.
///
/// Nodes lie in pre-order: a group is followed by its children, and every node knows where the
/// next node after its whole subtree begins. Immutable, and shared by all copies of its rule.
final class EventProgram: Sendable {
  enum Operation: UInt8 {
    case always, all, any, not, field, startsSession
  }

  /// Trivial on purpose, as is `Test`: evaluation retains nothing.
  struct Node {
    var operation: Operation
    /// Expected value of `startsSession`.
    var flag = false
    var field = FieldIndex(.type)
    /// Index of the first node after this subtree.
    var end = 0
    var tests = 0..<0
  }

  struct Test {
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

  let nodes: [Node]
  let tests: [Test]
  let operands: [UInt8]
  let patterns: [TextPattern]
  let dependsOnSession: Bool
  let fields: Set<FieldIndex>

  init(_ compiler: Compiler) {
    nodes = compiler.nodes
    tests = compiler.tests
    operands = compiler.operands
    patterns = compiler.patterns
    dependsOnSession = compiler.dependsOnSession
    fields = compiler.fields
  }
}

extension EventProgram {
  /// Whether the subtree at `index` holds for `event`, which starts a session or not.
  func holds(_ index: Int, _ event: borrowing TrackingEvent, _ starts: Bool) -> Bool {
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
