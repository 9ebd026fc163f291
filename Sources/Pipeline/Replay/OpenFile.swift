#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A file descriptor and the name that messages give it. Closes with it, unless it is a standard
/// stream.
struct OpenFile: ~Copyable {
  let path: String
  private let descriptor: Int32
  private let isOwned: Bool

  static let standardInputName = "standard input"
  static let standardOutputName = "standard output"

  /// Opens a file for reading.
  init(reading path: String) throws(ReplayError) {
    try self.init(path, flags: O_RDONLY)
  }

  /// Creates a file, or empties the one that is there.
  init(replacing path: String) throws(ReplayError) {
    try self.init(path, flags: O_WRONLY | O_CREAT | O_TRUNC)
  }

  private init(_ path: String, flags: Int32) throws(ReplayError) {
    var result = open(path, flags | O_CLOEXEC, 0o666)
    while result < 0 && errno == EINTR { result = open(path, flags | O_CLOEXEC, 0o666) }
    guard result >= 0 else { throw .file(path: path, operation: .open, code: errno) }
    self.path = path
    descriptor = result
    isOwned = true
  }

  private init(standard descriptor: Int32, name: String) {
    path = name
    self.descriptor = descriptor
    isOwned = false
  }

  static func standardInput() -> OpenFile {
    OpenFile(standard: STDIN_FILENO, name: standardInputName)
  }

  static func standardOutput() -> OpenFile {
    OpenFile(standard: STDOUT_FILENO, name: standardOutputName)
  }

  deinit {
    if isOwned { close(descriptor) }
  }

  /// Whether it is a file on a disk, rather than a pipe or a terminal.
  var isRegular: Bool {
    var status = stat()
    return fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Bytes of the regular file at `path`; `nil` for a pipe and the like. Throws what opening it
  /// would, but does not open it: who writes to a pipe would notice.
  static func size(ofFileAt path: String) throws(ReplayError) -> Int64? {
    var status = stat()
    guard access(path, R_OK) == 0, stat(path, &status) == 0 else {
      throw .file(path: path, operation: .open, code: errno)
    }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw .file(path: path, operation: .read, code: EISDIR)
    }
    return status.st_mode & S_IFMT == S_IFREG ? Int64(status.st_size) : nil
  }

  /// Reads what there is, at most `buffer.count`; 0 at the end. Waits for the first byte.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(ReplayError) -> Int {
    while true {
      #if canImport(Glibc)
        let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      #else
        let count = Darwin.read(descriptor, buffer.baseAddress, buffer.count)
      #endif
      if count >= 0 { return count }
      guard errno == EINTR else { throw .file(path: path, operation: .read, code: errno) }
    }
  }

  /// Writes all of `bytes`.
  func write(_ bytes: UnsafeRawBufferPointer) throws(ReplayError) {
    var rest = bytes
    while !rest.isEmpty {
      #if canImport(Glibc)
        let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
      #else
        let count = Darwin.write(descriptor, rest.baseAddress, rest.count)
      #endif
      if count >= 0 {
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      } else if errno == EPIPE {
        throw .outputClosed
      } else if errno != EINTR {
        throw .file(path: path, operation: .write, code: errno)
      }
    }
  }
}
