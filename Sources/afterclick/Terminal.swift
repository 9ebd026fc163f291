import Foundation

/// What the process says to people: results on standard output, all else on standard error.
enum Terminal {
  /// Writes a line to standard error.
  static func complain(_ line: String) {
    FileHandle.standardError.write(Data("\(line)\n".utf8))
  }

  /// Whether people are looking at standard output.
  static var isInteractive: Bool { isatty(STDOUT_FILENO) == 1 }
}
