internal import Attribution

/// One value of the document on its way to a typed one.
///
/// Every reading either returns what was asked for or gathers one problem and returns `nil`.
struct ValueReader {
  let tree: ConfigurationTree
  let path: [DecodingContext.Step]
  let context: DecodingContext

  /// Gathers a problem with this value.
  func fail(_ message: String) {
    context.fail(at: tree.origin, path: path, message)
  }

  /// A problem with this value that is not gathered yet.
  func problem(_ message: String) -> ConfigurationError.Problem {
    .init(tree.origin.location, path: DecodingContext.text(of: path), message: message)
  }

  /// Gathers that something else was expected here, and says what was found.
  func expected(_ expectation: String) {
    fail("expected \(expectation), found \(found)")
  }

  /// What is written here, fit for a message: short, and nothing that could be a secret.
  private var found: String {
    switch tree.value {
    case .list: return "a list"
    case .section: return "a section"
    case .scalar(let text, _):
      if isNull { return "nothing" }
      let isHidden = path.contains { step in
        if case .key(let key) = step { return key == "kafka" || Secrets.isSecret(key) }
        return false
      }
      return isHidden ? "other text" : ValueReader.quoted(text)
    }
  }

  /// Text as messages quote it: one line of at most 60 characters.
  static func quoted(_ text: String) -> String {
    let line = text.prefix(60).unicodeScalars.map { scalar -> String in
      scalar.value < 0x20 || scalar.value == 0x7f ? " " : String(scalar)
    }
    return "`\(line.joined())\(text.count > 60 ? "…" : "")`"
  }

  var isNull: Bool {
    guard case .scalar(let text, isPlain: true) = tree.value, case .null = PlainScalar(text) else {
      return false
    }
    return true
  }

  /// The scalar's text, without a problem if it is something else.
  var scalar: String? {
    guard case .scalar(let text, _) = tree.value, !isNull else { return nil }
    return text
  }

  var isList: Bool { if case .list = tree.value { true } else { false } }
  var isSection: Bool { if case .section = tree.value { true } else { false } }
}

// Scalars.
extension ValueReader {
  /// Any scalar as the text it was written as; not empty.
  func text(_ expectation: String = "text") -> String? {
    guard let text = scalar, !text.isEmpty else {
      expected(expectation)
      return nil
    }
    return text
  }

  func bool() -> Bool? {
    if case .scalar(let text, isPlain: true) = tree.value, case .bool(let value) = PlainScalar(text)
    {
      return value
    }
    expected("true or false")
    return nil
  }

  func integer(in range: ClosedRange<Int>) -> Int? {
    if let text = scalar, let value = Int(text), range.contains(value) { return value }
    expected("a whole number from \(range.lowerBound) to \(range.upperBound)")
    return nil
  }

  func number() -> Double? {
    if case .scalar(let text, isPlain: true) = tree.value,
      case .number(let value) = PlainScalar(text)
    {
      return value
    }
    expected("a number")
    return nil
  }

  /// A span of at least `minimum`.
  func duration(atLeast minimum: TimeSpan = .zero) -> TimeSpan? {
    guard let text = scalar, let span = TimeSpan(text) else {
      expected("a duration such as 90s, 30m, 12h or 30d")
      return nil
    }
    guard span >= minimum else {
      expected("a duration of at least \(minimum)")
      return nil
    }
    return span
  }

  /// A count of bytes: `16384`, `16KiB`, `1 MiB`.
  func byteCount(in range: ClosedRange<Int>) -> Int? {
    let units = [("KiB", 1_024), ("MiB", 1_024 * 1_024), ("B", 1), ("", 1)]
    if let text = scalar {
      for (suffix, factor) in units where text.hasSuffix(suffix) {
        let digits = text.dropLast(suffix.count).filter { $0 != " " }
        guard let count = Int(digits), count <= .max / factor else { continue }
        if range.contains(count * factor) { return count * factor }
        break
      }
    }
    expected(
      "a size such as 512KiB from \(range.lowerBound) to \(range.upperBound) bytes")
    return nil
  }

  /// One of the words of `Choice`.
  func choice<Choice: RawRepresentable & CaseIterable>(
    _: Choice.Type = Choice.self
  ) -> Choice? where Choice.RawValue == String {
    choice(among: Choice.allCases.map { ($0.rawValue, $0) })
  }

  /// One of `choices` by its word.
  func choice<Choice>(among choices: [(word: String, value: Choice)]) -> Choice? {
    if let text = scalar, let match = choices.first(where: { $0.word == text }) {
      return match.value
    }
    let words = choices.map(\.word)
    let list = words.count == 1 ? words[0] : words.dropLast().joined(separator: ", ")
    let all = words.count == 1 ? list : "\(list) or \(words[words.count - 1])"
    let meant = scalar.map { Suggestion.phrase(for: $0, among: words) } ?? ""
    fail("expected \(all), found \(found)\(meant)")
    return nil
  }

  /// A JSON pointer (RFC 6901) into the event.
  func pointer() -> String? {
    guard let text = scalar, text.hasPrefix("/") else {
      expected("a JSON pointer such as /properties/order_id")
      return nil
    }
    guard ValueReader.isPointer(text) else {
      fail("\(ValueReader.quoted(text)) is no JSON pointer: `~` stands only before 0 or 1")
      return nil
    }
    return text
  }

  /// Whether `text` is a pointer to something inside the event.
  static func isPointer(_ text: String) -> Bool {
    guard text.hasPrefix("/") else { return false }
    let bytes = Array(text.utf8)
    return bytes.indices.allSatisfy { index in
      guard bytes[index] == UInt8(ascii: "~") else { return true }
      let next = index + 1 < bytes.count ? bytes[index + 1] : 0
      return next == UInt8(ascii: "0") || next == UInt8(ascii: "1")
    }
  }
}

// Structures.
extension ValueReader {
  /// The elements of a list.
  func list(_ expectation: String = "a list") -> [ValueReader]? {
    guard case .list(let elements) = tree.value else {
      expected(expectation)
      return nil
    }
    return elements.enumerated().map { index, element in
      ValueReader(tree: element, path: path + [.index(index)], context: context)
    }
  }

  /// The elements of a list that must not be empty.
  func filledList(_ expectation: String) -> [ValueReader]? {
    guard let elements = list(expectation) else { return nil }
    guard !elements.isEmpty else {
      fail("expected \(expectation), found an empty list")
      return nil
    }
    return elements
  }

  func section(_ expectation: String = "a section of keys") -> SectionReader? {
    guard case .section(let entries) = tree.value else {
      expected(expectation)
      return nil
    }
    return SectionReader(entries: entries, origin: tree.origin, path: path, context: context)
  }
}
