import Foundation

/// What the process says to people: results on standard output, all else on standard error.
enum Terminal {
  /// Writes a line to standard error.
  static func complain(_ line: String) {
    write("\(line)\n")
  }

  /// Writes text to standard error as it is.
  static func write(_ text: String) {
    do {
      try FileHandle.standardError.write(contentsOf: Data(text.utf8))
    } catch {
      // Nobody reads it any more: the work goes on, and the exit code says the rest.
    }
  }

  /// Writes to standard output as it is.
  static func print(_ text: String) {
    FileHandle.standardOutput.write(Data(text.utf8))
  }

  /// Writes lines to standard output: with their styles where people are looking.
  static func print(_ lines: [StyledText]) {
    guard !lines.isEmpty else { return }
    let (isStyled, isColored) = (isInteractive, isColored)
    print(lines.map { (isStyled ? $0.ansi(isColored: isColored) : $0.plain) + "\n" }.joined())
  }

  /// Whether people are looking at standard output.
  static var isInteractive: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Whether standard output should be coloured.
  static var isColored: Bool {
    let environment = ProcessInfo.processInfo.environment
    return isInteractive && environment["NO_COLOR", default: ""].isEmpty
      && environment["TERM"] != "dumb"
  }

  /// Columns and lines of standard output, as they are now; 80 and 24 where nobody knows.
  static var size: (width: Int, height: Int) {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0
    else { return (80, 24) }
    return (Int(size.ws_col), Int(size.ws_row))
  }
}
