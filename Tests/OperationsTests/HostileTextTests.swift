import Operations
import Testing

@Suite struct HostileTextTests {
  /// One problem, found without much time or memory.
  private func expectRefused(_ yaml: String, _ message: String) {
    let problems = Samples.problems(yaml)
    #expect(problems.count == 1)
    #expect(problems.first?.contains(message) == true, "\(problems.first ?? "")")
  }

  @Test(arguments: [
    ("", "is empty"), ("# nothing\n", "is empty"), ("just text", "expected a section of keys"),
    ("- a\n- b", "expected a section of keys"), ("a: b: c", "1: not YAML: "),
    ("a: 1\n---\nb: 2", "2: not YAML: but found another document"),
    ("late:\n\taccept: 3d", "2: tabs cannot indent YAML: use spaces"),
    ("a: *nobody", "1: not YAML: found undefined alias"), ("a: [1, 2", "not YAML: "),
    ("a: \"open", "not YAML: "), ("\u{0}\u{1}", "1: is not text: it holds control characters"),
    ("a: 1\nb: \u{1b}[31m", "2: is not text: it holds control characters"),
    ("%YAML 3.0\n---\na: 1", "not YAML: "), ("{", "not YAML: "), ("a: !x {b: c}\n}", "not YAML: "),
  ])
  func `what is no configuration is refused`(yaml: String, message: String) {
    expectRefused(yaml, message)
  }

  @Test func `merge keys are named`() {
    let yaml = "\(Samples.minimal)\nlate: &a {accept: 1d}\ntime: {<<: *a}"
    #expect(
      Samples.problems(yaml)
        == ["4: time.<<: merge keys are not supported; an alias can stand for a whole value"])
  }

  @Test func `large text is refused unread`() {
    expectRefused(String(repeating: "a", count: 1_048_577), "is larger than 1024 KiB")
  }

  @Test(arguments: [
    "a", "a: ", "- ", "[", "{", "\"", "'", "&a ", "*a ", "? ", "a: b\n", "#", "é", ": ",
  ])
  func `a megabyte of one thing is harmless`(unit: String) {
    let text = String(repeating: unit, count: 1_000_000 / unit.utf8.count)
    #expect(!Samples.problems(text).isEmpty)
  }

  @Test(arguments: [("[", "]"), ("{a: ", "}")])
  func `deep nesting is harmless`(open: String, close: String) {
    for depth in [60, 900, 100_000] {
      let nested = String(repeating: open, count: depth) + String(repeating: close, count: depth)
      #expect(Samples.problems("a: \(nested)").count == 1)
    }
    let indented = (0..<900).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
    expectRefused(indented, "is nested more than 40 levels deep")
  }

  @Test func `aliases of aliases cannot multiply`() {
    var lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    for level in 1...30 {
      let aliases = [String](repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
      lines.append("a\(level): &a\(level) [\(aliases)]")
    }
    expectRefused(lines.joined(separator: "\n"), "holds more than 100000 values")
    for key in ["? *a30\n: x", "*a30 : x", "[*a30, *a30]: x", "b: {[*a30]: 1}", "b: {? *a30 : 1}"] {
      expectRefused(
        (lines + [key]).joined(separator: "\n"), "32: a key has to be plain text")
    }
  }

  @Test func `a bracket before a colon is text where it is text`() {
    let yaml = """
      inputs: [{topic: t, format: segment}]
      conversions:
        - {name: a, when: &w {event: {matches: '^[ab]: \\* x'}, host: "*.a", path: {glob: "/a*"}}}
        - {name: b, when: *w} # [a]: b
      """
    #expect(Samples.problems(yaml).isEmpty)
  }

  @Test func `every prefix and every damaged copy of a configuration is harmless`() {
    let bytes = Array(Samples.design.utf8)
    for end in stride(from: 0, to: bytes.count, by: 41) {
      _ = Samples.problems(String(decoding: bytes[..<end], as: UTF8.self))
    }
    var state: UInt64 = 42
    for _ in 0..<150 {
      var damaged = bytes
      for _ in 0..<3 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        damaged[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 20)
      }
      _ = Samples.problems(String(decoding: damaged, as: UTF8.self))
    }
  }
}
