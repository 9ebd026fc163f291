/// Looks for keys that are more than text, before the parser meets them.
///
/// The parser hashes every key. One that is built from aliases of aliases would take forever, so
/// where a document has aliases at all, its keys have to be plain.
enum KeyShapes {
  /// The first line (from 1) with an alias, a list or a section as a key, in a document that has
  /// aliases.
  static func lineOfComposedKey(in text: String) -> Int? {
    guard text.utf8.contains(UInt8(ascii: "&")), text.utf8.contains(UInt8(ascii: "*")) else {
      return nil
    }
    var composed: Int?
    var hasAlias = false
    for (number, line) in text.utf8.split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
    ).enumerated() {
      let found = shapes(in: Array(line))
      hasAlias = hasAlias || found.hasAlias
      if found.hasComposedKey, composed == nil { composed = number + 1 }
    }
    return hasAlias ? composed : nil
  }

  /// What one line holds outside of quotes and comments.
  private static func shapes(in line: [UInt8]) -> (hasAlias: Bool, hasComposedKey: Bool) {
    var result = (hasAlias: false, hasComposedKey: false)
    var quote: UInt8?
    var index = 0
    while index < line.count {
      let byte = line[index]
      let isStart = index == 0 || isSeparator(line[index - 1])
      index += 1
      if let open = quote {
        if byte == UInt8(ascii: "\\"), open == UInt8(ascii: "\"") { index += 1 }
        if byte == open { quote = nil }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        if isStart { quote = byte }
      case UInt8(ascii: "#"):
        if isStart { return result }
      case UInt8(ascii: "*"):
        guard isStart, index < line.count, !isSeparator(line[index]) else { continue }
        result.hasAlias = true
        while index < line.count, !isSeparator(line[index]) { index += 1 }
        result.hasComposedKey = result.hasComposedKey || isColon(next: index, line)
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        result.hasComposedKey = result.hasComposedKey || isColon(next: index, line)
      case UInt8(ascii: "?"):
        let isIndicator = isStart && (index == line.count || isBlank(line[index]))
        result.hasComposedKey = result.hasComposedKey || isIndicator
      default: continue
      }
    }
    return result
  }

  private static func isColon(next index: Int, _ line: [UInt8]) -> Bool {
    line[index...].first { !isBlank($0) } == UInt8(ascii: ":")
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0d
  }

  private static func isSeparator(_ byte: UInt8) -> Bool {
    isBlank(byte) || "[]{},".utf8.contains(byte)
  }
}
