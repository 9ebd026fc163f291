import CZlib
import CZstd

/// Compresses as the programs of the same names do.
enum Compressor: String, CaseIterable {
  case gzip, zstd

  func compress(_ bytes: [UInt8]) -> [UInt8] {
    switch self {
    case .gzip: Compressor.gzip(bytes)
    case .zstd: Compressor.zstd(bytes)
    }
  }

  private static func zstd(_ bytes: [UInt8]) -> [UInt8] {
    let bound = ZSTD_compressBound(bytes.count)
    return [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
      count = ZSTD_compress(buffer.baseAddress, bound, bytes, bytes.count, 3)
      precondition(ZSTD_isError(count) == 0)
    }
  }

  private static func gzip(_ bytes: [UInt8]) -> [UInt8] {
    var input = bytes
    var stream = z_stream()
    // The largest window, and 16 for a gzip header.
    let result = deflateInit2_(
      &stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    precondition(result == Z_OK)
    defer { deflateEnd(&stream) }
    let bound = Int(deflateBound(&stream, UInt(bytes.count)))
    return [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
      input.withUnsafeMutableBufferPointer { input in
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(input.count)
        stream.next_out = buffer.baseAddress
        stream.avail_out = UInt32(bound)
        let result = deflate(&stream, Z_FINISH)
        precondition(result == Z_STREAM_END)
      }
      count = bound - Int(stream.avail_out)
    }
  }
}
