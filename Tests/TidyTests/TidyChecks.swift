/// Checks of one source file. Each returns what is wrong, as sentences with a line number.
enum TidyChecks {
  static let longestFile = 400
  static let longestFunction = 60

  /// `path` is relative to the project: `Sources/Kafka/KafkaError.swift`.
  static func all(_ path: String, _ text: String) -> [String] {
    let source = SourceCode(text)
    return imports(path, source) + words(path, source) + safety(path, source)
      + length(path, source) + functions(path, source)
  }

  static func imports(_ path: String, _ source: SourceCode) -> [String] {
    let importer = module(of: path)
    return source.code.enumerated().compactMap { index, line in
      let words = line.split { " .".contains($0) }
      guard let position = words.firstIndex(of: "import"), position + 1 < words.count,
        words[..<position].allSatisfy({ isModifier($0) })
      else { return nil }
      // `import struct Foundation.Data` imports Foundation.
      let kinds: Set<Substring> = ["struct", "class", "enum", "func", "protocol", "var", "let"]
      let name = kinds.contains(words[position + 1]) ? words[position + 2] : words[position + 1]
      guard !ModuleMap.mayImport(String(name), from: importer) else { return nil }
      return "\(path):\(index + 1): \(importer) must not import \(name)"
    }
  }

  private static func isModifier(_ word: Substring) -> Bool {
    ["public", "package", "internal", "private", "fileprivate"].contains(word)
      || word.hasPrefix("@")
  }

  /// Words that stand for something the project does not do, and the one place that may.
  static func words(_ path: String, _ source: SourceCode) -> [String] {
    var found: [String] = []
    for (index, line) in source.code.enumerated() {
      for (word, isAllowed) in [
        ("Date(", path == "Sources/Pipeline/WallClock.swift"), ("try?", false), ("try!", false),
        ("Task.detached", false), ("print(", module(of: path) == "afterclick"),
        ("fatalError(", false),
      ] where !isAllowed && contains(line, word) {
        found.append("\(path):\(index + 1): \(word)")
      }
    }
    for (index, line) in source.lines.enumerated() {
      // Put together, so that this file does not contain them itself.
      for word in ["TO" + "DO", "FIX" + "ME"] where line.contains(word) {
        found.append("\(path):\(index + 1): \(word)")
      }
    }
    return found
  }

  /// Whether `word` occurs in `line`, not as the end of a longer name.
  private static func contains(_ line: String, _ word: String) -> Bool {
    line.ranges(of: word).contains { range in
      guard range.lowerBound > line.startIndex else { return true }
      let before = line[line.index(before: range.lowerBound)]
      return !(before.isLetter || before.isNumber || before == "_")
    }
  }

  /// Where isolation is not checked outside of `Kafka`, and why that has to be.
  static let unchecked: [String: String] = [
    "Sources/Attribution/Rules/TextPattern.swift": "RE2 objects are immutable and thread safe",
    "Sources/Pipeline/ThreadExecutor.swift": "an executor's queue of jobs has a lock of its own",
  ]

  static func safety(_ path: String, _ source: SourceCode) -> [String] {
    var found: [String] = []
    for (index, line) in source.code.enumerated()
    where line.contains("@unchecked Sendable") || line.contains("nonisolated(unsafe)") {
      let near = source.lines[max(0, index - 3)...min(source.lines.count - 1, index + 3)]
      if !near.contains(where: { $0.contains("// Safety: ") }) {
        found.append("\(path):\(index + 1): nothing says why this is safe")
      }
      if module(of: path) != "Kafka", unchecked[path] == nil {
        found.append("\(path):\(index + 1): isolation goes unchecked")
      }
    }
    return found
  }

  static func length(_ path: String, _ source: SourceCode) -> [String] {
    let count = source.lines.last == "" ? source.lines.count - 1 : source.lines.count
    return count > longestFile ? ["\(path): \(count) lines"] : []
  }

  static func functions(_ path: String, _ source: SourceCode) -> [String] {
    source.code.indices.compactMap { index in
      guard isFunction(source.code[index]), let end = end(of: index, source.code) else {
        return nil
      }
      let count = end - index + 1
      return count > longestFunction ? "\(path):\(index + 1): a function of \(count) lines" : nil
    }
  }

  private static func isFunction(_ line: String) -> Bool {
    for word in line.split(separator: " ") {
      if word == "func" || word.hasPrefix("subscript") || word == "deinit" { return true }
      if ["init(", "init?(", "init<"].contains(where: { word.hasPrefix($0) }) { return true }
      let isModifier =
        isModifier(word) || word.hasPrefix("nonisolated")
        || [
          "static", "mutating", "override", "final", "convenience", "required", "class",
          "consuming", "borrowing", "isolated", "indirect",
        ].contains(word)
      if !isModifier { return false }
    }
    return false
  }

  /// The line on which the body of the function at `start` ends; `nil` if it has none.
  private static func end(of start: Int, _ code: [String]) -> Int? {
    var parentheses = 0
    var braces = 0
    for index in start..<code.count {
      for character in code[index] {
        switch character {
        case "(", "[": parentheses += 1
        case ")", "]": parentheses -= 1
        case "{": braces += 1
        case "}":
          braces -= 1
          // The end of the type that surrounds a requirement.
          if braces < 0 { return nil }
          if braces == 0, parentheses == 0 { return index }
        default: break
        }
      }
      let next = index + 1 < code.count ? code[index + 1].split(separator: " ").first : nil
      let goesOn = ["{", "where", "->", "throws", "async"].contains { next?.hasPrefix($0) ?? false }
      let isOpen = code[index].hasSuffix("->") || parentheses > 0
      if braces == 0, !isOpen, !goesOn { return nil }
    }
    return nil
  }

  static func module(of path: String) -> String {
    let parts = path.split(separator: "/")
    return parts.count > 2 ? String(parts[1]) : ""
  }
}
