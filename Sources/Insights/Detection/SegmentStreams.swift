package import Attribution

/// The values of one dimension that were seen, each with its own stream.
package struct SegmentStreams: Sendable {
  /// Values of one dimension that are told apart. Further ones are together under `other`.
  package static let limit = 24
  package static let other = "(other)"

  /// In order of appearance.
  package private(set) var values: [String] = []
  package internal(set) var streams: [ConversionStream] = []
  private var places: [String: Int] = [:]

  /// Completions that a segment has to show before it outweighs its parent.
  private static let prior = 40.0

  package init() {}

  /// Where `value` is; added if it is new and there is room.
  package mutating func place(of value: String, buckets: DelayBuckets) -> Int {
    if let place = places[value] { return place }
    // The last place is for everything else.
    let name = values.count < SegmentStreams.limit - 1 ? value : SegmentStreams.other
    if let place = places[name] { return place }
    places[name] = values.count
    values.append(name)
    streams.append(ConversionStream(buckets: buckets, prior: SegmentStreams.prior))
    return values.count - 1
  }
}

extension SegmentStreams: StateBytes {
  package func write(to writer: inout ByteWriter) {
    writer.write(varint: UInt64(values.count))
    for (value, stream) in zip(values, streams) {
      writer.write(text: value)
      stream.write(to: &writer)
    }
  }

  package init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    for place in 0..<(try reader.readCount()) {
      let value = try reader.readText()
      guard places.updateValue(place, forKey: value) == nil else { throw ByteReader.Malformed() }
      values.append(value)
      streams.append(try ConversionStream(from: &reader))
    }
  }
}
