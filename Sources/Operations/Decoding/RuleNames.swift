internal import Attribution

/// Names of rules of one kind: each may be given once.
struct RuleNames {
  /// What a name stands for: `touchpoint`.
  let kind: String
  private(set) var names: [String] = []

  init(of kind: String) {
    self.kind = kind
  }

  /// Reads the `name` of a rule.
  ///
  /// Names become parts of ids that are separated by `:` and `/`, so they cannot hold these.
  mutating func read(from section: inout SectionReader) -> String? {
    guard let value = section.required("name", "the \(kind)'s name"),
      let name = value.text("a name")
    else { return nil }
    let isClean = name.unicodeScalars.allSatisfy { scalar in
      scalar.value >= 0x20 && scalar != ":" && scalar != "/" && scalar.value != 0x7f
    }
    guard isClean, name.utf8.count <= 100, NormalizedText(name).string == name.lowercased() else {
      value.expected("a name of up to 100 characters without `:`, `/` or outer spaces")
      return nil
    }
    guard !names.contains(name) else {
      value.fail("two \(kind)s are called \(ValueReader.quoted(name))")
      return nil
    }
    names.append(name)
    return name
  }
}
