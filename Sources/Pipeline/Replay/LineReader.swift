#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Cuts an input into lines, in one buffer that does not grow however long a line is.
///
/// A line ends with a line feed, with or without a carriage return before it, or with the input. A
/// byte order mark at the beginning belongs to no line.
final class LineReader {
  /// One line, valid until the next is read.
  struct Line {
    /// The line without its end; of a line over the limit, its beginning.
    let bytes: UnsafeRawBufferPointer
    /// Bytes of the whole line.
    let count: Int
    /// From 1.
    let number: Int

    /// The line is longer than the limit.
    var isCut: Bool { bytes.count < count }
  }

  /// What is kept of a line over the limit, to show in its dead letter.
  static let excerptBytes = 16 << 10
  /// Bytes that are asked for at once, at least.
  private static let chunk = 256 << 10

  private let source: any ByteSource
  private let limit: Int
  private let buffer: UnsafeMutableRawBufferPointer
  private let excerpt: UnsafeMutableRawBufferPointer
  /// Unread bytes are `start..<end`; up to `scanned` there is no line feed.
  private var start = 0
  private var scanned = 0
  private var end = 0
  private var isAtEnd = false
  private var lines = 0
  /// Bytes of the present line that have been given up; its beginning is then in `excerpt`.
  private var dropped = 0
  private var excerptCount = 0

  /// `limit` is the longest line that is delivered whole.
  init(_ source: any ByteSource, limit: Int) throws(ReplayError) {
    self.source = source
    self.limit = limit
    // A line up to the limit and its end stay in the buffer; behind it there is room for a chunk.
    buffer = .allocate(byteCount: limit + 2 + LineReader.chunk, alignment: 64)
    excerpt = .allocate(byteCount: LineReader.excerptBytes, alignment: 16)
    try skipByteOrderMark()
  }

  deinit {
    buffer.deallocate()
    excerpt.deallocate()
  }

  /// Bytes of the file itself that have been read.
  var fileBytesRead: Int64 { source.fileBytesRead }

  private func skipByteOrderMark() throws(ReplayError) {
    while end < 3 && !isAtEnd { try fill() }
    if end >= 3, buffer[0] == 0xef, buffer[1] == 0xbb, buffer[2] == 0xbf {
      start = 3
      scanned = 3
    }
  }

  /// The next line in the buffer; `nil` if the input has to be read for it, or is at its end.
  func nextBuffered() -> Line? {
    guard scanned < end, let memory = buffer.baseAddress else { return nil }
    guard let found = memchr(memory + scanned, 0x0a, end - scanned) else {
      scanned = end
      return nil
    }
    let newline = found - UnsafeMutableRawPointer(memory)
    let line = line(upTo: newline)
    start = newline + 1
    scanned = start
    return line
  }

  /// Reads on. The last line without an end is returned; otherwise lines are in the buffer then,
  /// unless `isFinished`.
  func readOn() throws(ReplayError) -> Line? {
    if !isAtEnd {
      makeRoom()
      try fill()
    }
    guard isAtEnd, start < end || dropped > 0 else { return nil }
    // What came last has been scanned already: nothing follows it.
    let line = line(upTo: end)
    start = end
    scanned = end
    return line
  }

  /// Every line has been read.
  var isFinished: Bool { isAtEnd && start == end && dropped == 0 }

  private func fill() throws(ReplayError) {
    let room = UnsafeMutableRawBufferPointer(rebasing: buffer[end...])
    let count = try source.read(into: room)
    if count == 0 { isAtEnd = true }
    end += count
  }

  private func makeRoom() {
    guard let memory = buffer.baseAddress else { return }
    if end - start > limit + 1 {
      if dropped == 0 {
        let kept = UnsafeRawBufferPointer(rebasing: buffer[start..<end].prefix(excerpt.count))
        excerpt.copyMemory(from: kept)
        excerptCount = kept.count
      }
      // The last byte stays: it may be a carriage return that belongs to the line's end.
      dropped += end - start - 1
      start = end - 1
    }
    if start > 0 {
      memmove(memory, memory + start, end - start)
      end -= start
      start = 0
    }
    scanned = end
  }

  private func line(upTo newline: Int) -> Line {
    var last = newline
    if last > start, buffer[last - 1] == 0x0d { last -= 1 }
    let count = dropped + last - start
    lines += 1
    guard count > limit else {
      let bytes = UnsafeRawBufferPointer(rebasing: buffer[start..<last])
      return Line(bytes: bytes, count: count, number: lines)
    }
    let beginning =
      dropped > 0
      ? UnsafeRawBufferPointer(rebasing: excerpt[..<excerptCount])
      : UnsafeRawBufferPointer(rebasing: buffer[start..<last].prefix(LineReader.excerptBytes))
    dropped = 0
    return Line(
      bytes: LineReader.wholeCharacters(beginning.prefix(count - 1)), count: count, number: lines)
  }

  /// Without a last UTF-8 character of several bytes, which may be cut.
  private static func wholeCharacters(
    _ bytes: Slice<UnsafeRawBufferPointer>
  ) -> UnsafeRawBufferPointer {
    var end = bytes.endIndex
    while end > bytes.startIndex, bytes.endIndex - end < 4, bytes[end - 1] & 0xc0 == 0x80 {
      end -= 1
    }
    if end > bytes.startIndex, bytes[end - 1] >= 0xc0 { end -= 1 } else { end = bytes.endIndex }
    return UnsafeRawBufferPointer(rebasing: bytes[..<end])
  }
}
