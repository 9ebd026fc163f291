import Foundation

/// Where commands say what is not a result.
enum StandardError {
  /// Writes `text` as it is.
  static func write(_ text: String) {
    do {
      try FileHandle.standardError.write(contentsOf: Data(text.utf8))
    } catch {
      // Nobody reads it: the work goes on, and the exit code says the rest.
    }
  }
}
