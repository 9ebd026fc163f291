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

  /// Whether people are looking at standard output.
  static var isInteractive: Bool { isatty(STDOUT_FILENO) == 1 }
}
