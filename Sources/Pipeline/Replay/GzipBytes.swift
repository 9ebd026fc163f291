internal import CZlib

/// Decompresses gzip, also several members one after the other, as appending to a file makes them.
final class GzipBytes: ByteSource {
  private let file: FileBytes
  private let input: UnsafeMutableRawBufferPointer
  // zlib's state points back to this, so it must stay where it is.
  private let stream: UnsafeMutablePointer<z_stream>
  /// Between two members, or before the first: here the file may end.
  private var isBetweenMembers = true

  /// The largest window, and 16 for "gzip only".
  private static let windowBits: Int32 = 15 + 16

  init(_ file: FileBytes) {
    self.file = file
    input = .allocate(byteCount: ByteSources.compressedChunk, alignment: 16)
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let result = inflateInit2_(
      stream, GzipBytes.windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(result == Z_OK, "zlib does not start: \(result)")
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
    input.deallocate()
  }

  var fileBytesRead: Int64 { file.fileBytesRead }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(ReplayError) -> Int {
    stream.pointee.next_out = buffer.bindMemory(to: UInt8.self).baseAddress
    stream.pointee.avail_out = UInt32(clamping: buffer.count)
    let room = stream.pointee.avail_out
    while stream.pointee.avail_out == room {
      if stream.pointee.avail_in == 0 {
        let count = try file.read(into: input)
        if count == 0 {
          guard isBetweenMembers else { throw damaged("ends in the middle of its gzip data") }
          return 0
        }
        stream.pointee.next_in = input.bindMemory(to: UInt8.self).baseAddress
        stream.pointee.avail_in = UInt32(count)
      }
      isBetweenMembers = false
      switch inflate(stream, Z_NO_FLUSH) {
      case Z_OK, Z_BUF_ERROR: break
      case Z_STREAM_END:
        isBetweenMembers = true
        inflateReset(stream)
      default:
        let reason = stream.pointee.msg.map { String(cString: $0) } ?? "unknown format"
        throw damaged("its gzip data is damaged: \(reason)")
      }
    }
    return Int(room - stream.pointee.avail_out)
  }

  private func damaged(_ reason: String) -> ReplayError {
    .damaged(path: file.path, reason: reason)
  }
}
