/// The bytes of a file as they are.
final class FileBytes: ByteSource {
  private let file: OpenFile
  /// Read to tell what the file is, and not handed on yet.
  private var beginning: [UInt8] = []
  private(set) var fileBytesRead: Int64 = 0

  private static let peekedBytes = 4

  init(_ file: consuming OpenFile) {
    self.file = file
  }

  var path: String { file.path }

  /// The first four bytes, or all of a shorter file; they are read again. To be called at the
  /// beginning.
  func peek() throws(ReplayError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: FileBytes.peekedBytes)
    var count = 0
    while count < bytes.count {
      let result = bytes.withUnsafeMutableBytes { buffer in
        Result { () throws(ReplayError) in
          try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[count...]))
        }
      }
      let more = try result.get()
      if more == 0 { break }
      count += more
    }
    beginning = Array(bytes[..<count])
    return beginning
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(ReplayError) -> Int {
    let count: Int
    if beginning.isEmpty {
      count = try file.read(into: buffer)
    } else {
      count = min(beginning.count, buffer.count)
      buffer.copyBytes(from: beginning[..<count])
      beginning.removeFirst(count)
    }
    fileBytesRead += Int64(count)
    return count
  }
}
