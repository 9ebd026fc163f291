package import Attribution

/// One value of a dimension with one of another, of the same people: iOS with version 5.2.
package struct CrossedPlace: Hashable, Sendable {
  /// Of the dimension that the funnel names first.
  package var first: SegmentPlace
  package var second: SegmentPlace

  package init(first: SegmentPlace, second: SegmentPlace) {
    self.first = first
    self.second = second
  }
}

extension CrossedPlace: StateBytes {
  package func write(to writer: inout ByteWriter) {
    first.write(to: &writer)
    second.write(to: &writer)
  }

  package init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    first = try SegmentPlace(from: &reader)
    second = try SegmentPlace(from: &reader)
  }
}
