extension EventProgram {
  /// Turns a condition into the parts of a program.
  struct Compiler {
    var nodes: [Node] = []
    var tests: [Test] = []
    var operands: [UInt8] = []
    var patterns: [TextPattern] = []

    var dependsOnSession = false
    var fields: Set<FieldIndex> = []

    mutating func append(_ condition: EventCondition) throws(TextPattern.Invalid) {
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

    /// Appends what is compiled already: the same parts, in other places.
    mutating func append(_ program: EventProgram) {
      let (node, test) = (nodes.count, tests.count)
      let (operand, pattern) = (operands.count, patterns.count)
      nodes += program.nodes.map { original in
        var moved = original
        moved.end += node
        moved.tests = original.tests.moved(by: test)
        return moved
      }
      tests += program.tests.map { original in
        var moved = original
        moved.operand = original.operand.moved(by: operand)
        moved.pattern += pattern
        moved.end += test
        return moved
      }
      operands += program.operands
      patterns += program.patterns
      dependsOnSession = dependsOnSession || program.dependsOnSession
      fields.formUnion(program.fields)
    }

    private mutating func append(_ test: ValueTest) throws(TextPattern.Invalid) {
      let index = tests.count
      switch test {
      case .equals(let values) where values.count == 1: append(values[0])
      case .equals(let values):
        tests.append(Test(kind: .anyOf))
        for value in values { append(value) }
      case .matches(let pattern): try append(pattern: pattern)
      case .glob(let glob): try append(pattern: Compiler.expression(ofGlob: glob))
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
        operands += NormalizedText(Compiler.spelling(of: number)).bytes
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
}

extension Range<Int> {
  fileprivate func moved(by distance: Int) -> Range<Int> {
    lowerBound + distance..<upperBound + distance
  }
}
