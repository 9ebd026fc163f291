internal import CZstd

/// Decompresses Zstandard, also several frames one after the other.
///
/// A frame that asks for a window above the library's default of 128 MB is refused.
final class ZstdBytes: ByteSource {
  private let file: FileBytes
  private let memory: UnsafeMutableRawBufferPointer
  private let stream: OpaquePointer
  private var input: ZSTD_inBuffer
  /// The library's last word: 0 between two frames, where the file may end.
  private var expected = 0
  /// The last call filled the buffer, so there may be more without further input.
  private var hasMore = false

  init(_ file: FileBytes) {
    self.file = file
    memory = .allocate(byteCount: ByteSources.compressedChunk, alignment: 16)
    input = ZSTD_inBuffer(src: memory.baseAddress, size: 0, pos: 0)
    guard let stream = ZSTD_createDStream() else { preconditionFailure("no memory for zstd") }
    self.stream = stream
  }

  deinit {
    ZSTD_freeDStream(stream)
    memory.deallocate()
  }

  var fileBytesRead: Int64 { file.fileBytesRead }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(ReplayError) -> Int {
    var output = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
    while output.pos == 0 {
      if input.pos == input.size && !hasMore {
        let count = try file.read(into: memory)
        if count == 0 {
          guard expected == 0 else { throw damaged("ends in the middle of its zstd data") }
          return 0
        }
        input.size = count
        input.pos = 0
      }
      expected = ZSTD_decompressStream(stream, &output, &input)
      guard ZSTD_isError(expected) == 0 else {
        let reason = String(cString: ZSTD_getErrorName(expected))
        throw damaged("its zstd data is damaged: \(reason)")
      }
      hasMore = output.pos == output.size && expected != 0
    }
    return output.pos
  }

  private func damaged(_ reason: String) -> ReplayError {
    .damaged(path: file.path, reason: reason)
  }
}
