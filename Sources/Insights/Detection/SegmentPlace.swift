package import Attribution

/// One segment of a transition: a value of a dimension.
package struct SegmentPlace: Hashable, Sendable {
  package var dimension: Int
  package var value: Int

  package init(dimension: Int, value: Int) {
    self.dimension = dimension
    self.value = value
  }
}

extension SegmentPlace: StateBytes {
  package func write(to writer: inout ByteWriter) {
    writer.write(varint: UInt64(dimension))
    writer.write(varint: UInt64(value))
  }

  package init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    dimension = try reader.readSmall()
    value = try reader.readSmall()
  }
}
