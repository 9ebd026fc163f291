/// Walks over `name=value&…`; the ranges are not decoded.
struct QueryParameters: IteratorProtocol {
  private let query: UnsafeRawBufferPointer
  private var position = 0

  init(_ query: UnsafeRawBufferPointer) {
    self.query = query
  }

  @inline(__always)
  mutating func next() -> (name: Range<Int>, value: Range<Int>)? {
    guard position < query.count else { return nil }
    let start = position
    position = ByteSearch.firstIndex(of: "=", or: "&", in: query, from: start)
    let nameEnd = position
    var valueStart = position
    if position < query.count, query[position] == UInt8(ascii: "=") {
      valueStart += 1
      position = ByteSearch.firstIndex(of: "&", or: "&", in: query, from: valueStart)
    }
    defer { position += 1 }
    return (start..<nameEnd, valueStart..<position)
  }
}
