import Foundation
import Pipeline
import Simulation

/// Writes simulated traffic as NDJSON, to a file or to standard output.
actor LineFile: TrafficDestination {
  /// What can go wrong.
  enum Problem: Error, CustomStringConvertible {
    case cannotBeOpened(path: String, reason: String)
    case cannotBeWritten(reason: String)

    var description: String {
      switch self {
      case .cannotBeOpened(let path, let reason): "\(path) cannot be written: \(reason)"
      case .cannotBeWritten(let reason): "the events cannot be written: \(reason)"
      }
    }
  }

  private let descriptor: Int32
  private var buffer: [UInt8] = []
  private let executor = ThreadExecutor(name: "lines")

  private static let bufferBytes = 262_144

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// `-` is standard output; a file that exists is replaced.
  init(path: String) throws(Problem) {
    if path == "-" {
      descriptor = STDOUT_FILENO
      return
    }
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    if descriptor < 0 {
      throw .cannotBeOpened(path: path, reason: String(cString: strerror(errno)))
    }
  }

  deinit {
    if descriptor != STDOUT_FILENO { close(descriptor) }
  }

  func send(_ records: [TrafficRecord]) throws(Problem) {
    for record in records { record.appendLine(to: &buffer) }
    if buffer.count >= LineFile.bufferBytes { try flush() }
  }

  func finish() throws(Problem) {
    try flush()
  }

  private func flush() throws(Problem) {
    let (bytes, descriptor) = (buffer, descriptor)
    let failure = bytes.withUnsafeBytes { bytes -> Int32? in
      var written = 0
      while written < bytes.count {
        let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
        let count = write(descriptor, rest.baseAddress, rest.count)
        if count < 0, errno != EINTR { return errno }
        written += max(0, count)
      }
      return nil
    }
    buffer.removeAll(keepingCapacity: true)
    if let failure { throw .cannotBeWritten(reason: String(cString: strerror(failure))) }
  }
}
