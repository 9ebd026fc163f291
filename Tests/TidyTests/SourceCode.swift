/// A source file with comments and the text of literals blanked out, line by line: what is left is
/// code, at its old place.
struct SourceCode {
  /// Lines as they are written.
  let lines: [Substring]
  /// The same lines, only code.
  let code: [String]

  init(_ text: String) {
    lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    var scanner = CodeScanner()
    code = lines.map { scanner.code(of: $0) }
  }
}

/// Takes literals and comments out of lines. What it remembers goes on over the end of a line.
private struct CodeScanner {
  private enum Place: Equatable {
    case code
    /// In parentheses inside a literal, so many deep; the literal goes on after.
    case interpolation(depth: Int)
    case comment(depth: Int)
    /// A literal with so many number signs; several lines long or one.
    case literal(hashes: Int, isLong: Bool)
  }

  private var places: [Place] = [.code]

  mutating func code(of line: Substring) -> String {
    var rest = line
    var code = ""
    while !rest.isEmpty {
      switch places[places.count - 1] {
      case .code, .interpolation:
        if rest.hasPrefix("//") { return code }
        scanCode(&rest, into: &code)
      case .comment(let depth): scanComment(&rest, depth)
      case .literal(let hashes, let isLong): scanLiteral(&rest, hashes, isLong)
      }
    }
    // A literal of one line cannot go on: whatever this was, it was none.
    while case .literal(_, isLong: false) = places[places.count - 1] { places.removeLast() }
    return code
  }

  private mutating func scanCode(_ rest: inout Substring, into code: inout String) {
    if rest.hasPrefix("/*") {
      places.append(.comment(depth: 1))
      rest.removeFirst(2)
      return
    }
    let hashes = rest.prefix { $0 == "#" }.count
    if rest.dropFirst(hashes).hasPrefix("\"") {
      let isLong = rest.dropFirst(hashes).hasPrefix("\"\"\"")
      places.append(.literal(hashes: hashes, isLong: isLong))
      rest.removeFirst(hashes + (isLong ? 3 : 1))
      code += "\"\""
      return
    }
    let character = rest.removeFirst()
    if case .interpolation(let depth) = places[places.count - 1] {
      let after = depth + (character == "(" ? 1 : character == ")" ? -1 : 0)
      places[places.count - 1] = .interpolation(depth: after)
      if after == 0 { places.removeLast() }
    }
    code.append(character)
  }

  private mutating func scanComment(_ rest: inout Substring, _ depth: Int) {
    if rest.hasPrefix("*/") {
      places.removeLast()
      if depth > 1 { places.append(.comment(depth: depth - 1)) }
      rest.removeFirst(2)
    } else if rest.hasPrefix("/*") {
      places[places.count - 1] = .comment(depth: depth + 1)
      rest.removeFirst(2)
    } else {
      rest.removeFirst()
    }
  }

  private mutating func scanLiteral(_ rest: inout Substring, _ hashes: Int, _ isLong: Bool) {
    let signs = String(repeating: "#", count: hashes)
    let end = (isLong ? "\"\"\"" : "\"") + signs
    if rest.hasPrefix(end) {
      places.removeLast()
      rest.removeFirst(end.count)
    } else if rest.hasPrefix("\\" + signs + "(") {
      places.append(.interpolation(depth: 1))
      rest.removeFirst(hashes + 2)
    } else if rest.hasPrefix("\\" + signs) {
      rest.removeFirst(min(rest.count, hashes + 2))
    } else {
      rest.removeFirst()
    }
  }
}
