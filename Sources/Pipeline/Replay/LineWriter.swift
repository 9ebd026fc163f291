/// Writes lines to a file or to standard output, many at once.
package final class LineWriter {
  private var file: OpenFile?
  private var buffer: [UInt8] = []

  /// Bytes that are held before they are written.
  private static let bufferBytes = 256 << 10

  /// Creates the file, or replaces what is in it.
  package convenience init(replacing path: String) throws(ReplayError) {
    self.init(try OpenFile(replacing: path))
  }

  /// Lines for standard output, which stays open.
  package static func standardOutput() -> LineWriter { LineWriter(OpenFile.standardOutput()) }

  private init(_ file: consuming OpenFile) {
    self.file = consume file
    buffer.reserveCapacity(LineWriter.bufferBytes * 2)
  }

  /// Writes `line`, which has no end yet, now or with one of the next.
  package func write(line: [UInt8]) throws(ReplayError) {
    buffer.append(contentsOf: line)
    buffer.append(UInt8(ascii: "\n"))
    if buffer.count >= LineWriter.bufferBytes { try flush() }
  }

  /// Hands everything to the system.
  package func flush() throws(ReplayError) {
    guard !buffer.isEmpty else { return }
    defer { buffer.removeAll(keepingCapacity: true) }
    let result = buffer.withUnsafeBytes { bytes in
      Result { () throws(ReplayError) in try file?.write(bytes) }
    }
    try result.get()
  }
}
