package import Attribution

/// Weights of the `data_driven` model as a record of `<app>.models`; its key is the conversion rule's
/// name.
package enum ModelWeightsCodec {
  private static let version: UInt8 = 1

  package static func write(_ weights: DataDrivenModel.Weights, to writer: inout ByteWriter) {
    writer.write(byte: version)
    writer.write(varint: UInt64(weights.version))
    writer.write(varint: weights.other)
    writer.write(varint: UInt64(weights.channels.count))
    for channel in weights.channels {
      writer.write(text: channel.name)
      writer.write(varint: channel.weight)
    }
  }

  package static func read(
    _ bytes: UnsafeRawBufferPointer
  ) throws(ByteReader.Malformed) -> DataDrivenModel.Weights {
    var reader = ByteReader(bytes)
    guard try reader.readByte() == version,
      let number = Int(exactly: try reader.readVarint()), number > 0,
      case let other = try reader.readVarint(), other <= Credits.maximumWeight
    else { throw ByteReader.Malformed() }
    var channels: [NamedWeight] = []
    for _ in 0..<(try reader.readCount()) {
      let name = try reader.readText()
      let weight = try reader.readVarint()
      guard weight <= Credits.maximumWeight else { throw ByteReader.Malformed() }
      channels.append(NamedWeight(name, weight))
    }
    guard reader.isAtEnd else { throw ByteReader.Malformed() }
    return DataDrivenModel.Weights(version: number, channels: channels, other: other)
  }
}
