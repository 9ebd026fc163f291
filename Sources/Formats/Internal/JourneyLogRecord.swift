package import Attribution

/// What a record of the journeys log is, by its first byte.
package enum JourneyLogRecord {
  /// An event of the person named by the key: `JourneyEventCodec`.
  case event
  /// Time has passed: stream time is at least this, though no event says so.
  case tick(EventTime)
  /// Something about whom events belong to: `IdentityRecord`.
  case identity
  /// What `data_driven` goes by from here on, for the conversion rule of that name.
  case weights(String, DataDrivenModel.Weights)

  private static let tickKind: UInt8 = 2
  private static let weightsKind: UInt8 = 32

  /// Reads the kind, and a tick as a whole.
  package init(_ bytes: UnsafeRawBufferPointer) throws(ByteReader.Malformed) {
    var reader = ByteReader(bytes)
    switch try reader.readByte() {
    case JourneyEventCodec.firstVersion, JourneyEventCodec.version: self = .event
    case JourneyLogRecord.tickKind:
      self = .tick(try reader.readTime())
      guard reader.isAtEnd else { throw ByteReader.Malformed() }
    case IdentityRecord.kinds: self = .identity
    case JourneyLogRecord.weightsKind:
      self = .weights(try reader.readText(), try ModelWeightsCodec.read(try reader.readRest()))
    default: throw ByteReader.Malformed()
    }
  }

  /// The value of a tick; its key is null.
  package static func bytes(ofTick time: EventTime) -> [UInt8] {
    var writer = ByteWriter()
    writer.write(byte: tickKind)
    writer.write(signed: time.milliseconds)
    return writer.bytes
  }

  /// The value of a record of weights; its key is null.
  package static func bytes(
    of weights: DataDrivenModel.Weights, forRuleNamed rule: String
  ) -> [UInt8] {
    var writer = ByteWriter()
    writer.write(byte: weightsKind)
    writer.write(text: rule)
    ModelWeightsCodec.write(weights, to: &writer)
    return writer.bytes
  }
}
