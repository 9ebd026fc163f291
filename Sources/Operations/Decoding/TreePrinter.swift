/// Writes a `ConfigurationTree` as YAML that reads back as the same tree.
struct TreePrinter {
  private(set) var text = ""

  /// The tree as a whole document.
  static func yaml(of tree: ConfigurationTree) -> String {
    var printer = TreePrinter()
    if case .section(let entries) = tree.value {
      printer.write(entries, indent: 0)
    } else {
      printer.writeInline(tree)
      printer.text += "\n"
    }
    return printer.text
  }

  private mutating func write(_ entries: [ConfigurationTree.Entry], indent: Int) {
    for (index, entry) in entries.enumerated() {
      if index > 0 { text += String(repeating: " ", count: indent) }
      text += TreePrinter.scalar(entry.key, isPlain: true) + ":"
      switch entry.value.value {
      case .section(let children) where !children.isEmpty:
        text += "\n" + String(repeating: " ", count: indent + 2)
        write(children, indent: indent + 2)
      case .list(let elements) where !elements.isEmpty:
        text += "\n"
        write(elements, indent: indent + 2)
      case .section, .list, .scalar:
        text += " "
        writeInline(entry.value)
        text += "\n"
      }
    }
  }

  private mutating func write(_ elements: [ConfigurationTree], indent: Int) {
    for element in elements {
      text += String(repeating: " ", count: indent) + "- "
      switch element.value {
      case .section(let children) where !children.isEmpty:
        write(children, indent: indent + 2)
      case .section, .list, .scalar:
        writeInline(element)
        text += "\n"
      }
    }
  }

  /// Scalars, empty structures, and lists in lists.
  private mutating func writeInline(_ tree: ConfigurationTree) {
    switch tree.value {
    case .scalar(let scalar, let isPlain): text += TreePrinter.scalar(scalar, isPlain: isPlain)
    case .list(let elements):
      text += "["
      for (index, element) in elements.enumerated() {
        if index > 0 { text += ", " }
        writeInline(element)
      }
      text += "]"
    case .section(let entries):
      text += "{"
      for (index, entry) in entries.enumerated() {
        if index > 0 { text += ", " }
        text += TreePrinter.scalar(entry.key, isPlain: true) + ": "
        writeInline(entry.value)
      }
      text += "}"
    }
  }

  /// A scalar, quoted where plain text would mean something else.
  private static func scalar(_ string: String, isPlain: Bool) -> String {
    let meansText: Bool = if case .text = PlainScalar(string) { true } else { false }
    if string.isEmpty { return isPlain ? "~" : "\"\"" }
    if isSafe(string), isPlain || meansText { return string }
    return quoted(string)
  }

  /// Whether `string` is read as itself without quotes, inside brackets too.
  private static func isSafe(_ string: String) -> Bool {
    guard let first = string.utf8.first, let last = string.utf8.last else { return false }
    let isStart = isWordByte(first) || first == UInt8(ascii: "/") || first == UInt8(ascii: "~")
    let isNegative = first == UInt8(ascii: "-") && string.utf8.count > 1 && !string.hasPrefix("- ")
    guard isStart || isNegative || first == UInt8(ascii: "."), last != UInt8(ascii: " ") else {
      return false
    }
    guard string.utf8.allSatisfy({ isWordByte($0) || " ./-~:+@%$^()=;<>!".utf8.contains($0) })
    else { return false }
    return !string.contains(": ") && !string.hasSuffix(":") && !string.hasPrefix("---")
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  private static func quoted(_ string: String) -> String {
    var result = "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case _
      where scalar.value < 0x20 || (0x7f..<0xa0).contains(scalar.value)
        || [0x2028, 0x2029, 0xfeff].contains(scalar.value):
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
