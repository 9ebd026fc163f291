internal import Yams

/// Keys that are given twice in one section.
///
/// The parser stops at them. Marked with a character that no name holds, the first of the two
/// becomes another key, and parsing goes on; the mark is taken off again when sections are read.
enum RepeatedKey {
  private static let mark: Unicode.Scalar = "\u{F8FF}"

  /// `text` with the key at `place` marked as the occurrence with this `number`.
  static func marking(_ text: String, at place: Mark, number: Int) -> String {
    var scalars = Array(text.unicodeScalars)
    var index = 0
    var line = 1
    while line < place.line, index < scalars.count {
      if scalars[index] == "\n" { line += 1 }
      index += 1
    }
    index = min(index + max(0, place.column - 1), scalars.count)
    if index < scalars.count, scalars[index] == "\"" || scalars[index] == "'" { index += 1 }
    scalars.insert(contentsOf: [mark] + "\(number)".unicodeScalars + [mark], at: index)
    var marked = String.UnicodeScalarView()
    marked.append(contentsOf: scalars)
    return String(marked)
  }

  /// The key as it was written.
  static func name(in key: String) -> String {
    guard key.unicodeScalars.first == mark else { return key }
    let parts = key.unicodeScalars.split(separator: mark, omittingEmptySubsequences: false)
    return parts.count > 2 ? String(String.UnicodeScalarView(parts[2])) : key
  }
}
