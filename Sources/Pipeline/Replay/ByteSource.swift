/// The bytes of one input, decompressed, from its beginning to its end.
protocol ByteSource: AnyObject {
  /// Puts the next bytes into `buffer`, at most as many as fit; 0 at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(ReplayError) -> Int

  /// Bytes of the file itself that have been read, which for a compressed file are fewer.
  var fileBytesRead: Int64 { get }
}

/// Opens inputs, whatever they are compressed with.
enum ByteSources {
  /// Compressed bytes that are read at once.
  static let compressedChunk = 128 << 10

  /// Tells a compressed file by how it begins, not by its name: standard input has none. No text
  /// begins like that.
  static func open(_ file: consuming OpenFile) throws(ReplayError) -> any ByteSource {
    let bytes = FileBytes(file)
    let beginning = try bytes.peek()
    if beginning.starts(with: [0x1f, 0x8b]) { return GzipBytes(bytes) }
    if beginning.elementsEqual([0x28, 0xb5, 0x2f, 0xfd]) { return ZstdBytes(bytes) }
    return bytes
  }
}
