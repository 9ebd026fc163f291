/// A line of text with colours, which knows how wide it is.
///
/// Every character counts as one column wide: the view uses no others.
struct StyledText: Hashable, Sendable {
  /// How a piece of text looks.
  struct Style: Hashable, Sendable {
    /// Of the terminal's 256; `nil` is its own.
    var color: UInt8?
    var isBold = false
    var isDim = false
    var isInverse = false

    static let plain = Style()
    static let bold = Style(isBold: true)
    static let dim = Style(isDim: true)
    static let bar = Style(isBold: true, isInverse: true)

    static func color(_ color: UInt8) -> Style { Style(color: color) }
  }

  private struct Span: Hashable {
    var text: String
    var style: Style
  }

  private var spans: [Span] = []
  /// In columns.
  private(set) var width = 0

  init(_ text: String = "", _ style: Style = .plain) {
    append(text, style)
  }

  mutating func append(_ text: String, _ style: Style = .plain) {
    guard !text.isEmpty else { return }
    spans.append(Span(text: text, style: style))
    width += text.count
  }

  mutating func append(_ other: StyledText) {
    spans += other.spans
    width += other.width
  }

  /// Fills up with spaces to `column`.
  mutating func pad(to column: Int, _ style: Style = .plain) {
    append(String(repeating: " ", count: max(0, column - width)), style)
  }

  /// Puts `text` at the right end of a line `width` wide, if there is room.
  mutating func appendRight(_ text: StyledText, width: Int, _ style: Style = .plain) {
    guard self.width + text.width + 1 <= width else { return }
    pad(to: width - text.width, style)
    append(text)
  }

  /// The text alone.
  var plain: String { spans.map(\.text).joined() }

  /// Cut to `columns`, with an ellipsis where something was cut.
  func fitted(to columns: Int) -> StyledText {
    guard width > columns else { return self }
    guard columns > 0 else { return StyledText() }
    var result = StyledText()
    for span in spans {
      let room = columns - 1 - result.width
      guard span.text.count > room else {
        result.append(span.text, span.style)
        continue
      }
      result.append(span.text.prefix(room) + "…", span.style)
      break
    }
    return result
  }

  /// For a terminal; without colours, weights stay.
  func ansi(isColored: Bool) -> String {
    var text = ""
    for span in spans {
      var codes: [String] = []
      if span.style.isBold { codes.append("1") }
      if span.style.isDim { codes.append("2") }
      if span.style.isInverse { codes.append("7") }
      if isColored, let color = span.style.color { codes.append("38;5;\(color)") }
      guard !codes.isEmpty else {
        text += span.text
        continue
      }
      text += "\u{1b}[\(codes.joined(separator: ";"))m\(span.text)\u{1b}[0m"
    }
    return text
  }
}
