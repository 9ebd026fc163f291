#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Why a replay cannot go on. A line that is no event is not among the reasons.
package enum ReplayError: Error, Hashable, Sendable {
  /// The system refuses a file: `code` is its `errno`.
  case file(path: String, operation: FileOperation, code: Int32)
  /// A compressed file is damaged or incomplete.
  case damaged(path: String, reason: String)
  /// Whoever read the output has gone away, which is for the reader to decide.
  case outputClosed

  package enum FileOperation: String, Sendable {
    case open = "opened"
    case read = "read"
    case write = "written"
  }
}

extension ReplayError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .file(let path, let operation, let code):
      "\(path): cannot be \(operation.rawValue): \(String(cString: strerror(code)))"
    case .damaged(let path, let reason): "\(path): \(reason)"
    case .outputClosed: "the output is closed"
    }
  }
}
