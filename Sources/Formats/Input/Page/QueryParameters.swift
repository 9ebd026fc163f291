/// Walks over `name=value&…`; the ranges are not decoded.
struct QueryParameters: IteratorProtocol {
  private let query: UnsafeRawBufferPointer
  private var position = 0

  init(_ query: UnsafeRawBufferPointer) {
    self.query = query
  }

  mutating func next() -> (name: Range<Int>, value: Range<Int>)? {
    guard position < query.count else { return nil }
    let start = position
    var equals: Int?
    while position < query.count, query[position] != UInt8(ascii: "&") {
      if equals == nil, query[position] == UInt8(ascii: "=") { equals = position }
      position += 1
    }
    let end = position
    position += 1
    guard let equals else { return (start..<end, end..<end) }
    return (start..<equals, equals + 1..<end)
  }
}
