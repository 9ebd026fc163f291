import Testing

@testable import Attribution

/// Every operator on every kind of value.
@Suite struct EventRuleTests {
  private enum Value {
    case missing, null, object, array
    case text(String)
    case integer(Int64)
    case number(Double)
    case bool(Bool)
  }

  private func event(_ value: Value) -> (TrackingEvent, FieldIndex) {
    var table = FieldTable()
    let field = table.index(ofPointer: "/properties/x")
    var event = TrackingEvent(fieldsOf: table)
    switch value {
    case .missing: break
    case .null: event.setKind(field, to: .null)
    case .object: event.setKind(field, to: .object)
    case .array: event.setKind(field, to: .array)
    case .integer(let number): event.setInteger(field, to: number)
    case .number(let number): event.setNumber(field, to: number)
    case .bool(let bool): event.setBool(field, to: bool)
    case .text(let text):
      var text = text
      text.withUTF8 { event.setText(field, to: UnsafeRawBufferPointer($0)) }
    }
    return (event, field)
  }

  private func passes(_ value: Value, _ test: ValueTest) throws -> Bool {
    let (event, field) = event(value)
    return try EventRule(.field(field, [test])).matches(event)
  }

  @Test func `text equals without regard to case and white space around it`() throws {
    let test = ValueTest.equals([.text(" Order Completed")])
    for text in ["Order Completed", "order completed", "\tORDER COMPLETED \n"] {
      #expect(try passes(.text(text), test))
    }
    for text in ["", "order", "order  completed", "order completed!"] {
      #expect(try !passes(.text(text), test))
    }
    #expect(try passes(.text("ÄRGER"), .equals([.text("ärger")])))
    #expect(try !passes(.missing, .equals([.text("")])))
    #expect(try passes(.text(""), .equals([.text("")])))
  }

  @Test func `numbers equal numbers and the text that spells them`() throws {
    for value in [.integer(5), .number(5), .text("5"), .text(" 5 ")] as [Value] {
      #expect(try passes(value, .equals([.number(5)])))
    }
    for value in [.integer(6), .number(5.5), .text("5x"), .bool(true), .null, .object] as [Value] {
      #expect(try !passes(value, .equals([.number(5)])))
    }
    #expect(try passes(.text("66.5"), .equals([.number(66.5)])))
  }

  @Test func `truth equals truth and its name`() throws {
    #expect(try passes(.bool(true), .equals([.bool(true)])))
    #expect(try passes(.text("TRUE"), .equals([.bool(true)])))
    #expect(try !passes(.bool(false), .equals([.bool(true)])))
    #expect(try !passes(.integer(1), .equals([.bool(true)])))
  }

  @Test func `one of several is enough`() throws {
    let test = ValueTest.equals([.text("a"), .number(2), .bool(false)])
    for value in [.text("A"), .integer(2), .bool(false)] as [Value] {
      #expect(try passes(value, test))
    }
    #expect(try !passes(.text("b"), test))
    #expect(try !passes(.text("b"), .equals([])))
  }

  @Test(arguments: [
    ("spring*", "Spring_Sale", true), ("spring*", "spring", true), ("spring*", "my spring", false),
    ("*sale*", "big SALE now", true), ("a?c", "abc", true), ("a?c", "ac", false),
    ("a.c", "abc", false), ("a.c", "a.c", true), ("(x)[y]{z}|^$+\\", "(x)[y]{z}|^$+\\", true),
    ("spring_sale-2026", "spring_sale-2026", true), ("ä?", "ÄÖ", true), ("*", "", true),
    ("a*b", "a\nb", true), (" trimmed ", "trimmed", false), ("trimmed", "  trimmed\t", true),
    ("100%", "100%", true), ("a b", "a b", true), ("#1/~`@&=:;,<>'\"!", "#1/~`@&=:;,<>'\"!", true),
  ])
  func `globs fit the whole text`(glob: String, text: String, fits: Bool) throws {
    #expect(try passes(.text(text), .glob(glob)) == fits)
  }

  @Test func `expressions are found anywhere, case matters unless it says`() throws {
    #expect(try passes(.text("/blog/2026"), .matches("^/blog")))
    #expect(try passes(.text("x42y"), .matches("[0-9]{2}")))
    #expect(try !passes(.text("BLOG"), .matches("blog")))
    #expect(try passes(.text("BLOG"), .matches("(?i)blog")))
    #expect(try !passes(.integer(42), .matches("42")))
    #expect(throws: TextPattern.Invalid.self) { try passes(.missing, .matches("(")) }
  }

  @Test func `bounds are for numbers and exclusive`() throws {
    #expect(try passes(.integer(6), .above(5)))
    #expect(try !passes(.integer(5), .above(5)))
    #expect(try passes(.number(4.9), .below(5)))
    #expect(try !passes(.number(5), .below(5)))
    #expect(try !passes(.text("6"), .above(5)))
    #expect(try !passes(.missing, .below(5)))
  }

  @Test func `null and empty text are not there`() throws {
    for (value, isThere) in [
      (.missing, false), (.null, false), (.text(""), false), (.text(" "), true),
      (.integer(0), true), (.bool(false), true), (.object, true), (.array, true),
    ] as [(Value, Bool)] {
      #expect(try passes(value, .exists(true)) == isThere)
      #expect(try passes(value, .exists(false)) == !isThere)
    }
  }

  @Test func `a field passes all of its tests`() throws {
    let (event, field) = event(.integer(5))
    #expect(try EventRule(.field(field, [.above(4), .below(6)])).matches(event))
    #expect(try !EventRule(.field(field, [.above(4), .below(5)])).matches(event))
    #expect(try EventRule(.field(field, [])).matches(event))
  }

  private indirect enum Tree {
    case leaf(Bool)
    case all([Tree])
    case any([Tree])
    case not(Tree)

    init(_ dice: inout Dice, depth: Int) {
      switch depth == 0 ? 0 : dice.below(5) {
      case 0, 1: self = .leaf(dice.below(2) == 0)
      case 2: self = .all((0..<dice.below(4)).map { _ in Tree(&dice, depth: depth - 1) })
      case 3: self = .any((0..<dice.below(4)).map { _ in Tree(&dice, depth: depth - 1) })
      default: self = .not(Tree(&dice, depth: depth - 1))
      }
    }

    var value: Bool {
      switch self {
      case .leaf(let value): value
      case .all(let trees): trees.allSatisfy(\.value)
      case .any(let trees): trees.contains(where: \.value)
      case .not(let tree): !tree.value
      }
    }

    var condition: EventCondition {
      switch self {
      case .leaf(let value): value ? .always : .startsSession(true)
      case .all(let trees): .all(trees.map(\.condition))
      case .any(let trees): .any(trees.map(\.condition))
      case .not(let tree): .not(tree.condition)
      }
    }
  }

  @Test(arguments: 1...300 as ClosedRange<UInt64>)
  func `a compiled condition is the condition`(seed: UInt64) throws {
    var dice = Dice(seed: seed)
    let tree = Tree(&dice, depth: 5)
    let rule = try EventRule(tree.condition)
    let event = TrackingEvent(fieldsOf: FieldTable())
    #expect(rule.matches(event, startsSession: false) == tree.value, "seed \(seed)")
  }

  @Test func `a rule knows what it depends on`() throws {
    let rule = try EventRule(.all([.not(.startsSession(false)), .field(FieldIndex(.device), [])]))
    #expect(rule.dependsOnSession)
    #expect(rule.reads(.device) && !rule.reads(.channel))
    #expect(try !EventRule(.always).dependsOnSession)
    let event = TrackingEvent(fieldsOf: FieldTable())
    #expect(rule.matches(event, startsSession: true))
    #expect(!rule.matches(event, startsSession: false))
  }

  @Test func `rules side by side answer as each does alone`() throws {
    let field = event(.missing).1
    let conditions: [EventCondition] = [
      .field(field, [.equals([.text("ab"), .number(5)])]),
      .all([.field(field, [.exists(true)]), .not(.field(field, [.matches("^a")]))]),
      .always,
      .any([.startsSession(true), .field(field, [.above(3), .below(7)])]),
      .field(field, [.glob("*b"), .equals([.bool(true), .text("Bb")])]),
    ]
    let alone = try conditions.map { try EventRule($0) }
    let together = EventRules(alone)
    #expect(together.indices == conditions.indices)
    let values: [Value] = [
      .missing, .text("ab"), .text("bb"), .integer(5), .number(6.5), .bool(true),
    ]
    for value in values {
      for (index, rule) in alone.enumerated() {
        for starts in [false, true] {
          let event = event(value).0
          #expect(
            together.matches(index, event, startsSession: starts)
              == rule.matches(event, startsSession: starts), "\(value), rule \(index)")
        }
      }
    }
  }
}
