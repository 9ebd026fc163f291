import Synchronization

/// The terminal, taken over for the time of the demo and given back as it was.
final class DemoScreen: Sendable {
  private let isColored: Bool
  private let isOpen = Mutex(false)

  private static let begin = "\u{1b}[?1049h\u{1b}[?25l\u{1b}[?7l\u{1b}[2J"
  private static let end = "\u{1b}[?7h\u{1b}[?25h\u{1b}[?1049l"

  init(isColored: Bool) {
    self.isColored = isColored
  }

  /// Switches to a screen of its own.
  func open() {
    isOpen.withLock { $0 = true }
    Terminal.print(DemoScreen.begin)
  }

  /// Gives the terminal back, once: again would move its cursor back, too.
  func close() {
    isOpen.withLock { isOpen in
      if isOpen { Terminal.print(DemoScreen.end) }
      isOpen = false
    }
  }

  /// Shows `frame`, made for the terminal's size as it is now.
  func draw(_ frame: (_ width: Int, _ height: Int) -> [StyledText]) {
    let (width, height) = Terminal.size
    // Shown as a whole by terminals that can hold back, without flicker by those that cannot.
    var text = "\u{1b}[?2026h\u{1b}[H"
    for (index, line) in frame(width, height).enumerated() {
      if index > 0 { text += "\r\n" }
      text += line.ansi(isColored: isColored)
      // After a full line the cursor still stands on its last column, which this would erase.
      if line.width < width { text += "\u{1b}[K" }
    }
    // A frame that comes too late must not be drawn over what the terminal had.
    isOpen.withLock { isOpen in
      if isOpen { Terminal.print(text + "\u{1b}[J\u{1b}[?2026l") }
    }
  }
}
