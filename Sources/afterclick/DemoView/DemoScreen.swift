import Foundation

/// The terminal, taken over for the time of the demo and given back as it was.
struct DemoScreen {
  let isColored: Bool

  private static let begin = "\u{1b}[?1049h\u{1b}[?25l\u{1b}[?7l\u{1b}[2J"
  private static let end = "\u{1b}[?7h\u{1b}[?25h\u{1b}[?1049l"

  /// Switches to a screen of its own.
  func open() { Terminal.print(DemoScreen.begin) }

  /// Gives the terminal back; may be called twice.
  func close() { Terminal.print(DemoScreen.end) }

  /// Shows `frame`, made for the terminal's size as it is now.
  func draw(_ frame: (_ width: Int, _ height: Int) -> [StyledText]) {
    let (width, height) = Terminal.size
    // Shown as a whole by terminals that can hold back, without flicker by those that cannot.
    var text = "\u{1b}[?2026h\u{1b}[H"
    for (index, line) in frame(width, height).enumerated() {
      if index > 0 { text += "\r\n" }
      text += line.ansi(isColored: isColored) + "\u{1b}[K"
    }
    Terminal.print(text + "\u{1b}[J\u{1b}[?2026l")
  }
}
